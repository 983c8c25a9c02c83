/** A page being written: headings, paragraphs, pairs of label and value, and a QR code, in two fonts that change with the script. */
import PDFDocument from 'pdfkit';
import { encode } from 'uqr';
import { splitByScript } from './split-by-script.ts';

/** Font files. The Chinese one is loaded only if something to be written needs it. */
export interface SheetFonts {
  readonly regular: ArrayBuffer;
  readonly bold: ArrayBuffer;
  readonly chinese?: ArrayBuffer;
}

/** How a text is set. */
export interface TextStyle {
  readonly sizePt?: number;
  readonly isBold?: boolean;
  readonly color?: string;
  readonly gapAfterPt?: number;
  readonly x?: number;
  readonly y?: number;
  readonly widthPt?: number;
  readonly characterSpacingPt?: number;
}

const ink = '#14242b';
const mutedInk = '#43545b';
const marginPt = 56;
const ascentPerEm = 1.05;
/** An outline this wide makes the regular weight of the Chinese font as dark as the bold of the other. */
const strokePerEm = 0.034;

/** A document of A4 pages. All lengths are in points. */
export class Sheet {
  readonly #document: PDFKit.PDFDocument;
  readonly #chunks: Uint8Array[] = [];
  readonly #finished: Promise<void>;
  readonly widthPt: number;
  readonly leftPt: number = marginPt;

  constructor(options: {
    readonly fonts: SheetFonts;
    readonly title: string;
    readonly language: string;
    readonly madeAtMs: number;
  }) {
    this.#document = new PDFDocument({
      // A page made from the document's own options would set the document's first font again, in the middle of a paragraph.
      autoFirstPage: false,
      lang: options.language,
      displayTitle: true,
      font: options.fonts.regular as unknown as string,
      info: {
        Title: options.title,
        Producer: 'Strongroom',
        Creator: 'Strongroom',
        CreationDate: new Date(options.madeAtMs),
      },
    });
    this.#document.registerFont('regular', options.fonts.regular);
    this.#document.registerFont('bold', options.fonts.bold);
    if (options.fonts.chinese !== undefined) this.#document.registerFont('chinese', options.fonts.chinese);
    this.#document.addPage({ size: 'A4', margin: marginPt });
    this.widthPt = this.#document.page.width - 2 * marginPt;
    this.#finished = new Promise((resolve) => {
      this.#document.on('data', (chunk: Uint8Array) => this.#chunks.push(chunk));
      this.#document.on('end', () => resolve());
    });
  }

  get y(): number {
    return this.#document.y;
  }

  moveTo(y: number): void {
    this.#document.x = this.leftPt;
    this.#document.y = y;
  }

  /** Begins a new page where less than this is left, so that a heading is not left alone. */
  keepTogether(heightPt: number): void {
    if (this.#document.y + heightPt > this.#document.page.height - marginPt)
      this.#document.addPage({ size: 'A4', margin: marginPt });
  }

  /** Writes a paragraph; the script of each run chooses its font. */
  text(text: string, style: TextStyle = {}): void {
    const runs = splitByScript(text);
    const document = this.#document;
    // Fonts differ in height: runs of one line meet at the baseline.
    const sizePt = style.sizePt ?? 10.5;
    const ascentPt = sizePt * ascentPerEm;
    const color = style.color ?? ink;
    document.fillColor(color).fontSize(sizePt);
    document.strokeColor(color).lineWidth(sizePt * strokePerEm);
    for (const [place, run] of runs.entries()) {
      document.font(run.isChinese ? 'chinese' : style.isBold === true ? 'bold' : 'regular');
      const settings = {
        width: style.widthPt ?? this.widthPt,
        baseline: 'alphabetic' as const,
        lineGap: 2.5,
        continued: place < runs.length - 1,
        // What is bold in a Chinese text is drawn with an outline: another weight would be a file of eight megabytes.
        fill: true,
        stroke: run.isChinese && style.isBold === true,
        ...(style.characterSpacingPt === undefined ? {} : { characterSpacing: style.characterSpacingPt }),
      };
      if (place > 0) document.text(run.text, settings);
      else document.text(run.text, style.x ?? this.leftPt, (style.y ?? document.y) + ascentPt, settings);
    }
    document.x = this.leftPt;
    document.y += (style.gapAfterPt ?? 4) - ascentPt;
  }

  /** A small label with its value below. */
  fact(label: string, value: string, style: TextStyle = {}): void {
    this.text(label, { ...style, sizePt: 8.5, color: mutedInk, gapAfterPt: 0 });
    this.text(value, { gapAfterPt: 8, ...style, ...(style.y === undefined ? {} : { y: this.y }) });
  }

  /** A small label over a line to write on by hand. */
  blank(label: string, widthPt: number): void {
    this.text(label, { sizePt: 8.5, color: mutedInk, widthPt, gapAfterPt: 24 });
    this.rule(8, widthPt);
  }

  rule(gapAfterPt = 10, widthPt = this.widthPt): void {
    const { y } = this;
    this.#document
      .moveTo(this.leftPt, y)
      .lineTo(this.leftPt + widthPt, y)
      .lineWidth(0.6)
      .strokeColor('#9fb2b8')
      .stroke();
    this.#document.y = y + gapAfterPt;
  }

  /** The label of a deed box: a double line, the code above the title. */
  plate(code: string, title: string): void {
    const { y } = this;
    const heightPt = 64;
    this.#document.rect(this.leftPt, y, this.widthPt, heightPt).fill('#12303b');
    this.#document
      .rect(this.leftPt + 4, y + 4, this.widthPt - 8, heightPt - 8)
      .lineWidth(0.8)
      .strokeColor('#d2b16a')
      .stroke();
    this.text(code, {
      x: this.leftPt + 18,
      y: y + 13,
      sizePt: 9,
      color: '#d2b16a',
      widthPt: this.widthPt - 36,
    });
    this.text(title, {
      x: this.leftPt + 18,
      y: y + 27,
      sizePt: 18,
      isBold: true,
      color: '#f3f6f6',
      widthPt: this.widthPt - 36,
    });
    this.moveTo(y + heightPt + 18);
  }

  /** A QR code with its quiet zone, as filled squares. */
  qrCode(data: string, x: number, y: number, sizePt: number): void {
    const { data: rows, size } = encode(data, { border: 2, ecc: 'M' });
    const unit = sizePt / size;
    this.#document.rect(x, y, sizePt, sizePt).fill('#ffffff');
    for (const [row, cells] of rows.entries())
      for (const [column, isDark] of cells.entries())
        if (isDark) this.#document.rect(x + column * unit, y + row * unit, unit * 1.02, unit * 1.02);
    this.#document.fill('#000000');
  }

  /** The finished file. */
  async finish(): Promise<Uint8Array<ArrayBuffer>> {
    this.#document.end();
    await this.#finished;
    const bytes = new Uint8Array(this.#chunks.reduce((sum, chunk) => sum + chunk.length, 0));
    let offset = 0;
    for (const chunk of this.#chunks) {
      bytes.set(chunk, offset);
      offset += chunk.length;
    }
    return bytes;
  }
}
