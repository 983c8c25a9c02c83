/** Prints text, and the words of a DOCX, as text: the same bytes that the viewer shows, on paper. */
import { readDocxParagraphs } from '../viewer/docx-text.ts';
import { readText } from '../viewer/read-text.ts';
import { makeWatermark } from '../viewer/watermark.ts';
import type { Viewing } from './view-kind.ts';

/** Puts the paragraphs into a layer that only paper shows, a watermark over every sheet, prints, and takes it away again. */
export async function printText(blob: Blob, { view }: Viewing, watermark: string | undefined): Promise<void> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  const paragraphs = view === 'docx' ? readDocxParagraphs(bytes) : readText(bytes).split('\n');
  const layer = document.createElement('div');
  layer.className = view === 'docx' ? 'print-pictures print-prose' : 'print-pictures print-plain';
  for (const paragraph of paragraphs) {
    const element = document.createElement('p');
    element.textContent = paragraph;
    layer.append(element);
  }
  if (watermark !== undefined) layer.append(makeWatermark(watermark, 'print-watermark'));
  document.body.append(layer);
  document.documentElement.dataset['printing'] = 'text';
  try {
    window.print();
  } finally {
    delete document.documentElement.dataset['printing'];
    layer.remove();
  }
}
