/** What the ledger is told of a printing: it is an opening of its own, whose reason says so. */
import type { Texts } from '../texts/texts-context.tsx';
import { countPages } from '../viewer/page-range.ts';
import type { PageRange } from '../viewer/page-range.ts';

/** The reason of the opening: that it is for printing, which pages where they are not all, and why the document was opened. */
export function printingReason(
  options: { readonly range: PageRange; readonly pages: number; readonly reason: string | undefined },
  { t }: Pick<Texts, 't'>,
): string {
  const { range, pages, reason } = options;
  const isWhole = countPages(range) >= pages;
  return [
    t('web.document.print.reason'),
    ...(isWhole
      ? []
      : [t('web.document.print.reason.pages', { from: String(range.from), to: String(range.to) })]),
    ...(reason === undefined ? [] : [reason]),
  ].join(' · ');
}
