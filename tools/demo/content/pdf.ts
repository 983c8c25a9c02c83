/**
 * The smallest PDFs that every reader shows: pages of text in a standard font, with Polish and French letters by their glyph names.
 * A scanned page is a picture in grey, which also gives a file the size of a real one.
 */
import { deflateSync } from 'node:zlib';

/** A page: lines of text, or a picture that fills it. */
export type PdfPage =
  | { readonly lines: readonly string[] }
  | { readonly width: number; readonly height: number; readonly grey: Uint8Array };

/** Letters beyond Windows 1252 that Polish needs, at codes that 1252 leaves free or nobody needs here. */
const extraGlyphs: readonly (readonly [letter: string, glyph: string])[] = [
  ['ą', 'aogonek'],
  ['ć', 'cacute'],
  ['ę', 'eogonek'],
  ['ł', 'lslash'],
  ['ń', 'nacute'],
  ['ś', 'sacute'],
  ['ź', 'zacute'],
  ['ż', 'zdotaccent'],
  ['Ą', 'Aogonek'],
  ['Ć', 'Cacute'],
  ['Ę', 'Eogonek'],
  ['Ł', 'Lslash'],
  ['Ś', 'Sacute'],
  ['Ż', 'Zdotaccent'],
];
const firstExtraCode = 1;
const windows1252 = new Map<string, number>([
  ['€', 0x80],
  ['…', 0x85],
  ['‘', 0x91],
  ['’', 0x92],
  ['“', 0x93],
  ['”', 0x94],
  ['–', 0x96],
  ['—', 0x97],
  ['œ', 0x9c],
]);
const pageWidth = 595;
const pageHeight = 842;

/** Writes a file. The same pages give the same bytes. */
export function writePdf(title: string, pages: readonly PdfPage[]): Uint8Array {
  const file = new PdfFile();
  const catalog = file.reserve();
  const tree = file.reserve();
  const differences = extraGlyphs.map(([, glyph]) => `/${glyph}`).join(' ');
  const font = file.add(
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica ' +
      `/Encoding << /Type /Encoding /BaseEncoding /WinAnsiEncoding /Differences [${firstExtraCode} ${differences}] >> >>`,
  );
  const kids = pages.map((page) => {
    const isText = 'lines' in page;
    const content = file.addStream('', Buffer.from(isText ? drawText(page.lines) : drawPicture(), 'latin1'));
    const resources = isText
      ? `/Font << /F ${font} 0 R >>`
      : `/XObject << /I ${file.addStream(
          `/Type /XObject /Subtype /Image /Width ${page.width} /Height ${page.height} ` +
            '/ColorSpace /DeviceGray /BitsPerComponent 8 ',
          page.grey,
        )} 0 R >>`;
    return file.add(
      `<< /Type /Page /Parent ${tree} 0 R /MediaBox [0 0 ${pageWidth} ${pageHeight}] ` +
        `/Resources << ${resources} >> /Contents ${content} 0 R >>`,
    );
  });
  file.set(
    tree,
    `<< /Type /Pages /Kids [${kids.map((kid) => `${kid} 0 R`).join(' ')}] /Count ${kids.length} >>`,
  );
  file.set(catalog, `<< /Type /Catalog /Pages ${tree} 0 R >>`);
  const info = file.add(`<< /Title <feff${Buffer.from(title, 'utf16le').swap16().toString('hex')}> >>`);
  return file.finish(catalog, info);
}

function drawText(lines: readonly string[]): string {
  const [heading = '', ...body] = lines;
  const drawn = [`BT /F 16 Tf 72 770 Td (${encodeText(heading)}) Tj ET`, 'BT /F 11 Tf 15.5 TL 72 738 Td'];
  for (const line of body) drawn.push(`(${encodeText(line)}) Tj T*`);
  drawn.push('ET', '0.5 w 72 760 m 523 760 l S');
  return drawn.join('\n');
}

function drawPicture(): string {
  return `q ${pageWidth} 0 0 ${pageHeight} 0 0 cm /I Do Q`;
}

/** A string between parentheses. A letter that the font does not have is a question mark. */
function encodeText(text: string): string {
  let encoded = '';
  for (const letter of text) {
    const extra = extraGlyphs.findIndex(([each]) => each === letter);
    const point = letter.codePointAt(0) ?? 0;
    const isPlain = (point >= 0x20 && point < 0x7f) || (point >= 0xa0 && point <= 0xff);
    const code = extra >= 0 ? firstExtraCode + extra : (windows1252.get(letter) ?? (isPlain ? point : 0x3f));
    encoded += `\\${code.toString(8).padStart(3, '0')}`;
  }
  return encoded;
}

/** Objects, their places, and the table of them. */
class PdfFile {
  readonly #objects: (Buffer | undefined)[] = [];

  reserve(): number {
    this.#objects.push(undefined);
    return this.#objects.length;
  }

  set(number: number, text: string | Buffer): void {
    this.#objects[number - 1] = Buffer.from(text);
  }

  add(text: string | Buffer): number {
    const number = this.reserve();
    this.set(number, text);
    return number;
  }

  addStream(entries: string, bytes: Uint8Array): number {
    const packed = deflateSync(bytes, { level: 3 });
    const head = `<< ${entries}/Filter /FlateDecode /Length ${packed.length} >>\nstream\n`;
    return this.add(Buffer.concat([Buffer.from(head), packed, Buffer.from('\nendstream')]));
  }

  finish(catalog: number, info: number): Uint8Array {
    const parts: Buffer[] = [Buffer.from('%PDF-1.4\n%\u00e2\u00e3\u00cf\u00d3\n', 'latin1')];
    let length = parts[0]?.length ?? 0;
    const places: number[] = [];
    for (const [index, object] of this.#objects.entries()) {
      const part = Buffer.concat([
        Buffer.from(`${index + 1} 0 obj\n`),
        object ?? Buffer.from('null'),
        Buffer.from('\nendobj\n'),
      ]);
      places.push(length);
      parts.push(part);
      length += part.length;
    }
    const count = places.length + 1;
    const rows = places.map((place) => `${String(place).padStart(10, '0')} 00000 n \n`).join('');
    parts.push(
      Buffer.from(
        `xref\n0 ${count}\n0000000000 65535 f \n${rows}trailer\n` +
          `<< /Size ${count} /Root ${catalog} 0 R /Info ${info} 0 R >>\nstartxref\n${length}\n%%EOF\n`,
      ),
    );
    return Buffer.concat(parts);
  }
}
