/** Plain text, and the words of a DOCX. */
import { findMarks, paintMarks } from './find-marks.ts';
import type { View } from './view.ts';

const marksMax = 5_000;

/** Shows paragraphs of text. */
export function showText(root: HTMLElement, paragraphs: readonly string[], isProse: boolean): View {
  const sheet = document.createElement('article');
  sheet.className = isProse ? 'sheet prose' : 'sheet plain';
  for (const paragraph of paragraphs) {
    const element = document.createElement('p');
    element.textContent = paragraph;
    sheet.append(element);
  }
  root.replaceChildren(sheet);
  let index = 0;
  let last = '';
  return {
    pages: 1,
    setZoom: (zoom) => sheet.style.setProperty('--zoom', String(zoom === 'fit' ? 1 : zoom)),
    goToPage: () => window.scrollTo(0, 0),
    async find(text, step) {
      const marks = findMarks(sheet, text, marksMax);
      index =
        marks.length === 0 || text !== last || step === 0 ? 0 : (index + step + marks.length) % marks.length;
      last = text;
      paintMarks(marks, index);
      return { count: marks.length, index };
    },
    // Text is printed as text by the page itself, from the same bytes.
    async *pictures() {},
    close: () => undefined,
  };
}
