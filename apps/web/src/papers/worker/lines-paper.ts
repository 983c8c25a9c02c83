/** A list of lines: where it was taken from, then line after line. It proves nothing by itself and says so. */
import type { Translator } from '@strongroom/texts';
import type { LinesPaper } from '../papers.ts';
import { formatMoment } from './format-time.ts';
import type { Sheet } from './sheet.ts';

const muted = '#43545b';

export function writeLines(sheet: Sheet, paper: LinesPaper, { t }: Translator): void {
  const [from, to] = paper.period;
  sheet.plate(paper.ledgerName, t('web.ledger.list.title'));
  sheet.fact(t('web.papers.lines.made'), formatMoment(paper.madeAtMs, paper));
  if (from !== '' || to !== '') sheet.fact(t('web.papers.lines.period'), `${from} – ${to}`);
  sheet.fact(t('web.papers.lines.count'), String(paper.rows.length));
  sheet.text(
    t('web.papers.lines.head', { origin: paper.origin, size: String(paper.size), root: paper.root }),
    {
      sizePt: 8.5,
      color: muted,
    },
  );
  sheet.text(
    paper.statementLine === undefined
      ? t('web.papers.lines.pseudonyms')
      : t('web.papers.lines.names', { line: String(paper.statementLine) }),
    { sizePt: 8.5, color: muted, gapAfterPt: 8 },
  );
  sheet.rule();
  for (const [line = '', time = '', what = '', person = '', room = '', note = ''] of paper.rows) {
    sheet.keepTogether(34);
    sheet.text(`${line} · ${time} · ${[person, room].filter((part) => part !== '').join(' · ')}`, {
      sizePt: 8,
      color: muted,
      gapAfterPt: 1,
    });
    sheet.text(note === '' ? what : `${what} (${note})`, { sizePt: 10, gapAfterPt: 6 });
  }
}
