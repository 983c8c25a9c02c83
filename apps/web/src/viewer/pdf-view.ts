/**
 * A PDF, page by page. Pages are laid out at once and drawn when they come into sight; those far away are let go. pdf.js runs here, on the
 * frame's own thread, with neither forms nor scripts nor links of the document: it is shown, not obeyed.
 */
import { AnnotationMode, getDocument, TextLayer } from 'pdfjs-dist';
import type { PDFDocumentProxy, PDFPageProxy, RenderTask } from 'pdfjs-dist';
import * as pdfWorker from 'pdfjs-dist/build/pdf.worker.mjs';
import { findMarks, paintMarks } from './find-marks.ts';
import { viewerLimits } from './limits.ts';
import type { ViewerWords } from './messages.ts';
import type { PageRange } from './page-range.ts';
import { PackedDataFactory } from './pdf-data.ts';
import type { Say, View } from './view.ts';

// pdf.js looks here for its worker before it would fetch one: there is no network.
(globalThis as { pdfjsWorker?: unknown }).pdfjsWorker = pdfWorker;

const findPagesMax = 300;
const marksMax = 2_000;
const printScale = 2;

interface Sheet {
  readonly element: HTMLElement;
  page?: PDFPageProxy;
  task?: RenderTask | undefined;
  isDrawn: boolean;
}

/** Shows a PDF. Rejects with pdf.js's own errors for what is broken or locked. */
export async function showPdf(
  root: HTMLElement,
  bytes: ArrayBuffer,
  words: ViewerWords,
  say: Say,
): Promise<View> {
  const document = await getDocument({
    data: new Uint8Array(bytes),
    BinaryDataFactory: PackedDataFactory,
    // No address for standard fonts: where the system has none like it, pdf.js would load one from there, past the factory and the policy.
    cMapUrl: '/',
    cMapPacked: true,
    wasmUrl: '/',
    useWorkerFetch: false,
    useSystemFonts: true,
    disableWorkerRendering: true,
    enableXfa: false,
    maxImageSize: viewerLimits.picturePixelsMax,
    canvasMaxAreaInBytes: viewerLimits.pagePixelsMax * 4,
    stopAtErrors: false,
    verbosity: 0,
  }).promise;
  return await PdfView.create(root, document, words, say);
}

class PdfView implements View {
  readonly pages: number;
  readonly #root: HTMLElement;
  readonly #document: PDFDocumentProxy;
  readonly #sheets: Sheet[] = [];
  readonly #say: Say;
  readonly #closed = new AbortController();
  #zoom: number | 'fit' = 'fit';
  #size: { readonly width: number; readonly height: number };
  #findIndex = 0;
  #findText = '';

  static async create(
    root: HTMLElement,
    document: PDFDocumentProxy,
    words: ViewerWords,
    say: Say,
  ): Promise<PdfView> {
    const first = await document.getPage(1);
    const { width, height } = first.getViewport({ scale: 1 });
    const view = new PdfView(root, document, { width, height }, words, say);
    await view.#draw(0);
    return view;
  }

  private constructor(
    root: HTMLElement,
    pdf: PDFDocumentProxy,
    size: { readonly width: number; readonly height: number },
    words: ViewerWords,
    say: Say,
  ) {
    this.#root = root;
    this.#document = pdf;
    this.#size = size;
    this.#say = say;
    this.pages = Math.min(pdf.numPages, viewerLimits.pagesMax);
    const list = document.createElement('div');
    list.className = 'pages';
    for (let index = 0; index < this.pages; index++) {
      const element = document.createElement('section');
      element.className = 'page';
      element.dataset['page'] = String(index);
      element.ariaLabel = words.page
        .replace('{page}', String(index + 1))
        .replace('{count}', String(this.pages));
      list.append(element);
      this.#sheets.push({ element, isDrawn: false });
    }
    root.replaceChildren(list);
    this.#layOut();
    this.#watch();
    window.addEventListener(
      'resize',
      () => {
        if (this.#zoom === 'fit') this.#redraw();
      },
      { signal: this.#closed.signal },
    );
  }

  close(): void {
    this.#closed.abort();
    void this.#document.loadingTask.destroy();
  }

  setZoom(zoom: number | 'fit'): void {
    this.#zoom = zoom;
    this.#redraw();
  }

  goToPage(page: number): void {
    this.#sheets[page - 1]?.element.scrollIntoView({ block: 'start' });
  }

  async find(text: string, step: 1 | -1 | 0): Promise<{ readonly count: number; readonly index: number }> {
    if (text !== this.#findText) {
      this.#findText = text;
      // Words are where their page is drawn; so all pages are, as far as that is bearable.
      if (text !== '')
        for (let index = 0; index < Math.min(this.pages, findPagesMax); index++) await this.#draw(index);
      this.#findIndex = 0;
    }
    const marks = findMarks(this.#root, text, marksMax);
    if (step !== 0 && marks.length > 0)
      this.#findIndex = (this.#findIndex + step + marks.length) % marks.length;
    paintMarks(marks, this.#findIndex);
    return { count: marks.length, index: this.#findIndex };
  }

  async *pictures({ from, to }: PageRange): AsyncIterable<Blob> {
    for (let number = from; number <= to; number++) {
      const page = await this.#document.getPage(number);
      const { canvas } = await renderPage(page, printScale, undefined).done;
      yield await new Promise<Blob>((settle, fail) =>
        canvas.toBlob((blob) => (blob === null ? fail(new Error('no picture')) : settle(blob)), 'image/png'),
      );
      canvas.width = 0;
    }
  }

  #scaleOf(size: { readonly width: number }): number {
    const room = Math.max(200, this.#root.clientWidth - 32);
    return this.#zoom === 'fit' ? Math.min(room / size.width, 1.6) : this.#zoom;
  }

  #layOut(): void {
    for (const sheet of this.#sheets) {
      const size = sheet.page?.getViewport({ scale: 1 }) ?? this.#size;
      const scale = this.#scaleOf(size);
      sheet.element.style.width = `${String(Math.floor(size.width * scale))}px`;
      sheet.element.style.height = `${String(Math.floor(size.height * scale))}px`;
    }
  }

  #redraw(): void {
    for (const sheet of this.#sheets) this.#letGo(sheet);
    this.#layOut();
    this.#drawInSight();
  }

  #watch(): void {
    const near = new IntersectionObserver(
      (entries) => {
        for (const { target, isIntersecting } of entries) {
          const index = Number((target as HTMLElement).dataset['page']);
          const sheet = this.#sheets[index];
          if (sheet === undefined) continue;
          if (isIntersecting) void this.#draw(index);
          else if (this.#findText === '') this.#letGo(sheet);
        }
      },
      { rootMargin: '1200px 0px' },
    );
    for (const { element } of this.#sheets) near.observe(element);
    this.#closed.signal.addEventListener('abort', () => near.disconnect());
    let shown = 0;
    window.addEventListener(
      'scroll',
      () => {
        const page = this.#findMostSeen() + 1;
        if (page > 0 && page !== shown) this.#say({ kind: 'page', page });
        shown = page;
      },
      { passive: true, signal: this.#closed.signal },
    );
  }

  /** The page of which most is in sight: the first of those that are so alike. */
  #findMostSeen(): number {
    let found = -1;
    let mostPx = 0;
    for (const [index, { element }] of this.#sheets.entries()) {
      const { top, bottom } = element.getBoundingClientRect();
      if (top > window.innerHeight) break;
      const seenPx = Math.min(bottom, window.innerHeight) - Math.max(top, 0);
      if (seenPx <= mostPx) continue;
      mostPx = seenPx;
      found = index;
    }
    return found;
  }

  #drawInSight(): void {
    for (const [index, { element }] of this.#sheets.entries()) {
      const { top, bottom } = element.getBoundingClientRect();
      if (bottom > -1200 && top < window.innerHeight + 1200) void this.#draw(index);
    }
  }

  async #draw(index: number): Promise<void> {
    const sheet = this.#sheets[index];
    if (sheet === undefined || sheet.isDrawn) return;
    sheet.isDrawn = true;
    try {
      sheet.page ??= await this.#document.getPage(index + 1);
      const size = sheet.page.getViewport({ scale: 1 });
      const scale = this.#scaleOf(size);
      const rendering = renderPage(sheet.page, scale, globalThis.devicePixelRatio);
      sheet.task = rendering.task;
      const { canvas } = await rendering.done;
      const text = document.createElement('div');
      text.className = 'text-layer';
      text.style.setProperty('--scale-factor', String(scale));
      text.style.setProperty('--total-scale-factor', String(scale));
      sheet.element.style.width = `${String(Math.floor(size.width * scale))}px`;
      sheet.element.style.height = `${String(Math.floor(size.height * scale))}px`;
      sheet.element.replaceChildren(canvas, text);
      await new TextLayer({
        textContentSource: sheet.page.streamTextContent(),
        container: text,
        viewport: sheet.page.getViewport({ scale }),
      }).render();
    } catch (cause) {
      sheet.isDrawn = false;
      // Drawing that was called off when the page went out of sight is no failure; a page that cannot be drawn stays blank.
      if (!(cause instanceof Error)) throw cause;
    } finally {
      sheet.task = undefined;
    }
  }

  #letGo(sheet: Sheet): void {
    sheet.task?.cancel();
    sheet.element.replaceChildren();
    sheet.isDrawn = false;
  }
}

/** Draws a page on a canvas of its own, within the limit of pixels. */
function renderPage(
  page: PDFPageProxy,
  scale: number,
  pixelRatio: number | undefined,
): { readonly task: RenderTask; readonly done: Promise<{ readonly canvas: HTMLCanvasElement }> } {
  const viewport = page.getViewport({ scale });
  const wanted = pixelRatio ?? 1;
  const ratio = Math.min(wanted, Math.sqrt(viewerLimits.pagePixelsMax / (viewport.width * viewport.height)));
  const canvas = document.createElement('canvas');
  canvas.width = Math.floor(viewport.width * ratio);
  canvas.height = Math.floor(viewport.height * ratio);
  const task = page.render({
    canvas,
    viewport,
    annotationMode: AnnotationMode.ENABLE,
    ...(ratio === 1 ? {} : { transform: [ratio, 0, 0, ratio, 0, 0] }),
  });
  return { task, done: task.promise.then(() => ({ canvas })) };
}
