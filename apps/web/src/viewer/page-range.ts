/** Which pages are printed: never more at once than the viewer may draw. */
import { viewerLimits } from './limits.ts';

/** From the first to the last, both printed; pages begin at 1. */
export interface PageRange {
  readonly from: number;
  readonly to: number;
}

/** Whether a document is printed in one go. */
export function isPrintedAtOnce(pages: number): boolean {
  return pages <= viewerLimits.printPagesMax;
}

/** The pages that are offered next: as many as are printed at once, after those that were printed last. */
export function nextPages(pages: number, last = 0): PageRange {
  const from = last >= pages ? 1 : last + 1;
  return { from, to: Math.min(pages, from + viewerLimits.printPagesMax - 1) };
}

/** What a person typed; undefined where it is no range of this document, or longer than what is printed at once. */
export function readPageRange(from: string, to: string, pages: number): PageRange | undefined {
  const range = { from: readPage(from), to: readPage(to) };
  const isRange = range.from >= 1 && range.from <= range.to && range.to <= pages;
  return isRange && isPrintedAtOnce(countPages(range)) ? range : undefined;
}

/** How many pages a range has. */
export function countPages({ from, to }: PageRange): number {
  return to - from + 1;
}

function readPage(text: string): number {
  return /^\s*\d{1,7}\s*$/u.test(text) ? Number(text) : 0;
}
