/** The words of a PDF, sheet by sheet, read with the reader that the app itself brings. */
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** What is used of pdf.js. */
interface PdfReader {
  getDocument(options: { readonly data: Uint8Array; readonly verbosity: number }): {
    readonly promise: Promise<{
      readonly numPages: number;
      getPage(number: number): Promise<{
        getTextContent(): Promise<{ readonly items: readonly { readonly str?: string }[] }>;
      }>;
    }>;
  };
}

const app = createRequire(resolve(import.meta.dirname, '../../apps/web/package.json'));

export async function readPdfWords(bytes: Uint8Array): Promise<readonly string[]> {
  const address = pathToFileURL(app.resolve('pdfjs-dist/legacy/build/pdf.mjs')).href;
  const reader = (await import(address)) as PdfReader;
  const document = await reader.getDocument({ data: new Uint8Array(bytes), verbosity: 0 }).promise;
  const sheets: string[] = [];
  for (let number = 1; number <= document.numPages; number++) {
    const { items } = await (await document.getPage(number)).getTextContent();
    sheets.push(items.map(({ str = '' }) => str).join(' '));
  }
  return sheets;
}
