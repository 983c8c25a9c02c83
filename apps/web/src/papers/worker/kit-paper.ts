/** The kit on one A4 page: what comes back with it, and how to keep it. */
import type { Translator } from '@strongroom/texts';
import type { KitPaper } from '../papers.ts';
import { formatDay } from './format-time.ts';
import type { Sheet } from './sheet.ts';

const qrSizePt = 132;

export function writeKit(sheet: Sheet, paper: KitPaper, { t }: Translator): void {
  sheet.plate(paper.firmName ?? 'Strongroom', t('web.papers.kit.title'));
  const columnPt = sheet.widthPt - qrSizePt - 24;
  const top = sheet.y;
  if (paper.personName === undefined) sheet.blank(t('web.papers.kit.name-by-hand'), columnPt);
  else sheet.fact(t('web.papers.kit.name'), paper.personName, { widthPt: columnPt, isBold: true });
  sheet.fact(t('web.papers.kit.person'), paper.person, { widthPt: columnPt });
  sheet.fact(t('web.papers.kit.made'), formatDay(paper.madeAtMs, paper), { widthPt: columnPt });
  sheet.fact(t('web.papers.kit.fingerprint'), paper.fingerprint, { widthPt: columnPt });
  if (paper.signInLink !== undefined)
    sheet.qrCode(paper.signInLink, sheet.leftPt + sheet.widthPt - qrSizePt, top, qrSizePt);
  sheet.moveTo(Math.max(sheet.y, top + (paper.signInLink === undefined ? 0 : qrSizePt)) + 4);
  sheet.fact(
    t('web.papers.kit.root'),
    paper.root === undefined ? t('web.papers.kit.root-later') : inGroups(paper.root, 8),
  );
  sheet.fact(t('web.papers.kit.server'), paper.server);
  sheet.rule();
  sheet.text(t('web.papers.kit.groups'), { isBold: true, gapAfterPt: 8 });
  writeGroups(sheet, paper.groups);
  sheet.rule();
  for (const paragraph of [
    t('web.papers.kit.use'),
    t('web.papers.kit.keep'),
    t('web.papers.kit.lost'),
    ...(paper.root === undefined ? [t('web.papers.kit.unfinished')] : []),
  ])
    sheet.text(paragraph, { gapAfterPt: 8 });
}

/** Eight groups in two columns, read downwards, wide enough to be typed from. */
function writeGroups(sheet: Sheet, groups: readonly string[]): void {
  const rows = Math.ceil(groups.length / 2);
  const top = sheet.y;
  for (const [place, group] of groups.entries()) {
    const x = sheet.leftPt + (place < rows ? 0 : sheet.widthPt / 2);
    const y = top + (place % rows) * 30;
    sheet.text(`${String(place + 1)}.`, { x, y: y + 4, sizePt: 10, color: '#5a6b72', widthPt: 22 });
    sheet.text(group, { x: x + 24, y, sizePt: 16, isBold: true, characterSpacingPt: 2.4, widthPt: 210 });
  }
  sheet.moveTo(top + rows * 30 + 6);
}

function inGroups(text: string, size: number): string {
  return text.replace(new RegExp(`(.{${String(size)}})(?=.)`, 'gu'), '$1 ');
}
