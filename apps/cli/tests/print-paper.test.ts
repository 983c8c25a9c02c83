/** Lists of lines on paper: in each language read back as a viewer reads them. */
import { createTranslator, locales } from '@strongroom/texts';
import type { LinesPaper } from '@strongroom/web/papers';
import { getDocument, VerbosityLevel } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { expect, test } from 'vitest';
import { printPaper } from '../src/papers/print-paper.ts';

const paper: Omit<LinesPaper, 'locale'> = {
  kind: 'lines',
  ledgerName: 'Spory Świątek',
  origin: 'strongroom.example/frm_a/vlt_b',
  size: 900,
  root: '0123456789abcdef'.repeat(4),
  rows: [
    [
      '7',
      '2026-09-21T14:13:20.000Z',
      'Żaneta Łącka opened umowa.pdf',
      'Żaneta Łącka',
      'C-2K7Q',
      'review',
      'ab',
    ],
    ['8', '2026-09-21T14:15:00.000Z', 'Zoé Lefèvre opened pièce n° 4.pdf', 'Zoé Lefèvre', 'C-9Q4W', '', 'cd'],
  ],
  period: ['2026-01-01', ''],
  madeAtMs: Date.UTC(2026, 10, 22),
  timeZone: 'UTC',
};

test.each(locales)('a list in %s says what it is, and each line with who, when and why', async (locale) => {
  const { t } = createTranslator(locale);
  const text = await readText(await printPaper({ ...paper, locale }, createTranslator(locale)));
  const head = { origin: paper.origin, size: '900', root: paper.root };
  for (const said of [
    t('web.ledger.list.title'),
    'Spory Świątek',
    t('web.papers.lines.head', head),
    t('web.papers.lines.pseudonyms'),
    '7 · 2026-09-21T14:13:20.000Z · Żaneta Łącka · C-2K7Q',
    'Żaneta Łącka opened umowa.pdf (review)',
    '8 · 2026-09-21T14:15:00.000Z · Zoé Lefèvre · C-9Q4W',
    'Zoé Lefèvre opened pièce n° 4.pdf',
  ])
    expect(text).toContain(bare(said));
});

test('Chinese names are drawn in any language, and the line that says so is named', async () => {
  const row = ['9', '2026-09-22T08:00:00.000Z', '赵悦 opened 保密协议.pdf', '赵悦', '私人客户', '', 'ef'];
  const named: LinesPaper = { ...paper, locale: 'en', rows: [row], statementLine: 31 };
  const bytes = await printPaper(named, createTranslator('en'));
  const text = await readText(bytes);
  expect(text).toContain('赵悦opened保密协议.pdf');
  expect(text).toContain(bare(createTranslator('en').t('web.papers.lines.names', { line: '31' })));
  expect(text).not.toContain(bare(createTranslator('en').t('web.papers.lines.pseudonyms')));
});

/** Lines are broken where they fit, so white space tells nothing. */
async function readText(bytes: Uint8Array): Promise<string> {
  const loading = getDocument({ data: bytes.slice(), verbosity: VerbosityLevel.ERRORS });
  const file = await loading.promise;
  const texts: string[] = [];
  for (let number = 1; number <= file.numPages; number++)
    for (const item of (await (await file.getPage(number)).getTextContent()).items)
      if ('str' in item) texts.push(item.str);
  await loading.destroy();
  return bare(texts.join(''));
}

function bare(text: string): string {
  return text.replaceAll(/\s/gu, '');
}
