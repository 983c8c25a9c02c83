/** What every kind of document can do once it is shown. */
import type { FromViewer } from './messages.ts';
import type { PageRange } from './page-range.ts';

export interface View {
  readonly pages: number;
  setZoom(zoom: number | 'fit'): void;
  goToPage(page: number): void;
  /** Step 0 begins anew. */
  find(text: string, step: 1 | -1 | 0): Promise<{ readonly count: number; readonly index: number }>;
  /** Some of the pages as pictures, one after the other. */
  pictures(range: PageRange): AsyncIterable<Blob>;
  /** Gives back what it holds; what is on the screen stays until something else is shown. */
  close(): void;
}

/** Says something to the page. */
export type Say = (message: FromViewer) => void;
