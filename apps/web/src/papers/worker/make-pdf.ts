/** Makes the PDF of a paper from its facts and the font files at hand. */
import type { Translator } from '@strongroom/texts';
import type { Paper } from '../papers.ts';
import { writeCertificate } from './certificate-paper.ts';
import { writeKit } from './kit-paper.ts';
import { writeLines } from './lines-paper.ts';
import { Sheet } from './sheet.ts';
import type { SheetFonts } from './sheet.ts';
import { splitByScript } from './split-by-script.ts';

const titles = {
  kit: 'web.papers.kit.title',
  certificate: 'web.papers.certificate.title',
  lines: 'web.ledger.list.title',
} as const;

/** Whether a paper has Chinese text, in its words or in a name. */
export function needsChinese(paper: Paper): boolean {
  return paper.locale === 'zh' || splitByScript(JSON.stringify(paper)).some(({ isChinese }) => isChinese);
}

export async function makePdf(
  paper: Paper,
  translator: Translator,
  fonts: SheetFonts,
): Promise<Uint8Array<ArrayBuffer>> {
  const { t } = translator;
  const sheet = new Sheet({
    fonts,
    title: t(titles[paper.kind]),
    language: paper.locale,
    madeAtMs: paper.kind === 'certificate' ? paper.facts.destroyed.atMs : paper.madeAtMs,
  });
  if (paper.kind === 'kit') writeKit(sheet, paper, translator);
  else if (paper.kind === 'lines') writeLines(sheet, paper, translator);
  else writeCertificate(sheet, paper, translator);
  return await sheet.finish();
}
