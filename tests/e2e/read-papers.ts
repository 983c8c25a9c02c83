/** Reads papers and pictures as whoever holds them does: the words of a PDF, and the QR codes in it or on a screen. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Browser, Page } from '@playwright/test';
import jsqr from 'jsqr';

const pdfjs = resolve(import.meta.dirname, '../../node_modules/pdfjs-dist/build');
/** Nothing is there: the files come from this folder. */
const desk = 'http://desk.test/';

/** A PDF as it reads. */
export interface ReadPdf {
  readonly pages: number;
  /** All words, line after line. */
  readonly text: string;
  /** What the QR code on the first page says, if there is one. */
  readonly qrCode: string | undefined;
}

interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly base64: string;
}

/** Draws a PDF and reads its words, in a page of its own that has no line to anywhere. */
export async function readPdf(browser: Browser, bytes: Buffer): Promise<ReadPdf> {
  const page = await openDesk(browser, { '/paper.pdf': bytes });
  try {
    const read = (await page.evaluate(`(async () => {
      const { getDocument, GlobalWorkerOptions } = await import('/pdf.mjs');
      GlobalWorkerOptions.workerSrc = '/pdf.worker.mjs';
      const paper = await getDocument({ url: '/paper.pdf' }).promise;
      const lines = [];
      for (let number = 1; number <= paper.numPages; number++) {
        const { items } = await (await paper.getPage(number)).getTextContent();
        lines.push(items.map(({ str, hasEOL }) => str + (hasEOL ? '\\n' : '')).join(''));
      }
      const first = await paper.getPage(1);
      const viewport = first.getViewport({ scale: 3 });
      const canvas = document.createElement('canvas');
      canvas.width = viewport.width;
      canvas.height = viewport.height;
      await first.render({ canvas, viewport }).promise;
      const { data, width, height } = canvas
        .getContext('2d')
        .getImageData(0, 0, canvas.width, canvas.height);
      return {
        pages: paper.numPages,
        text: lines.join('\\n'),
        pixels: { width, height, base64: new Uint8Array(data.buffer).toBase64() },
      };
    })()`)) as { readonly pages: number; readonly text: string; readonly pixels: Pixels };
    return { pages: read.pages, text: read.text, qrCode: decodeQr(read.pixels) };
  } finally {
    await page.close();
  }
}

/** What the QR code in a picture says, from its pixels alone. */
export async function readQrCode(browser: Browser, picture: Buffer): Promise<string | undefined> {
  const page = await openDesk(browser, { '/picture.png': picture });
  try {
    const pixels = (await page.evaluate(`(async () => {
      const bitmap = await createImageBitmap(await (await fetch('/picture.png')).blob());
      const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
      const context = canvas.getContext('2d');
      context.drawImage(bitmap, 0, 0);
      const { data, width, height } = context.getImageData(0, 0, bitmap.width, bitmap.height);
      return { width, height, base64: new Uint8Array(data.buffer).toBase64() };
    })()`)) as Pixels;
    return decodeQr(pixels);
  } finally {
    await page.close();
  }
}

function decodeQr({ width, height, base64 }: Pixels): string | undefined {
  return jsqr.default(new Uint8ClampedArray(Buffer.from(base64, 'base64')), width, height)?.data;
}

async function openDesk(browser: Browser, files: Readonly<Record<string, Buffer>>): Promise<Page> {
  const page = await browser.newPage();
  await page.route(`${desk}**`, async (route) => {
    const { pathname } = new URL(route.request().url());
    const own = files[pathname];
    if (own !== undefined) await route.fulfill({ body: own });
    else if (pathname.endsWith('.mjs'))
      await route.fulfill({
        body: await readFile(`${pdfjs}${pathname}`, 'utf8'),
        contentType: 'text/javascript',
      });
    else await route.fulfill({ body: '<!doctype html>', contentType: 'text/html' });
  });
  await page.goto(desk);
  return page;
}
