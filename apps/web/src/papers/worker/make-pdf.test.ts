/** Papers in four languages: made whole, and with the glyphs that the texts need. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createTranslator, locales } from '@strongroom/texts';
import { describe, expect, test } from 'vitest';
import type { KitPaper } from '../papers.ts';
import { makePdf, needsChinese } from './make-pdf.ts';
import type { SheetFonts } from './sheet.ts';
import { splitByScript } from './split-by-script.ts';

function readFont(path: string): ArrayBuffer {
  const bytes = readFileSync(
    fileURLToPath(new URL(`../../../../../node_modules/@embedpdf/${path}`, import.meta.url)),
  );
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
}

const fonts: SheetFonts = {
  regular: readFont('fonts-latin/fonts/NotoSans-Regular.ttf'),
  bold: readFont('fonts-latin/fonts/NotoSans-SemiBold.ttf'),
  chinese: readFont('fonts-sc/fonts/NotoSansHans-Regular.otf'),
};

const kit: Omit<KitPaper, 'locale'> = {
  kind: 'kit',
  firmName: 'Świątek & 上海律师事务所',
  personName: 'Żaneta Łącka-Gęślą',
  person: 'per_abcdefghijklmnopqrstuvwx23',
  root: '0123456789abcdef'.repeat(4),
  groups: ['0123456', '789ABCD', 'EFGHJKM', 'NPQRSTV', 'WXYZ012', '3456789', 'ABCDEFG', 'HJKMNPQ'],
  fingerprint: '1A2B 3C4D 5E6F 7081',
  signInLink: 'https://vault.example/signin#kit=1.per_x.00.AAAAAAA',
  server: 'https://vault.example',
  madeAtMs: Date.UTC(2026, 10, 22, 9, 0, 0),
  timeZone: 'Europe/Warsaw',
};

describe.each(locales)('the kit in %s', (locale) => {
  test('is one PDF page in its language', async () => {
    const bytes = await makePdf({ ...kit, locale }, createTranslator(locale), fonts);
    const text = new TextDecoder('latin1').decode(bytes);
    expect(text.startsWith('%PDF-1.')).toBe(true);
    expect(text.match(/\/Type \/Page\b/g)).toHaveLength(1);
    expect(text).toContain(`/Lang (${locale})`);
  });
});

test('a text is cut where the script changes, and nothing of it is lost', () => {
  const text = 'Umowa 保密协议（签署版）.pdf';
  const runs = splitByScript(text);
  expect(runs.map((run) => run.text).join('')).toBe(text);
  expect(runs.map(({ isChinese }) => isChinese)).toEqual([false, true, false]);
  expect(splitByScript('')).toEqual([{ text: '', isChinese: false }]);
});

test('the Chinese font is asked for only where something is Chinese', () => {
  expect(needsChinese({ ...kit, locale: 'pl', firmName: 'Świątek' })).toBe(false);
  expect(needsChinese({ ...kit, locale: 'pl' })).toBe(true);
  expect(needsChinese({ ...kit, locale: 'zh', firmName: 'Świątek' })).toBe(true);
});

test.each(locales)('a list of lines in %s has as many pages as it needs', async (locale) => {
  const row = ['7', '2026-09-21T14:13:20.000Z', 'Żaneta 打开了 deed.pdf', 'Żaneta', '上海', 'review', 'ab'];
  const paper = {
    kind: 'lines',
    locale,
    ledgerName: 'Świątek & 上海',
    origin: 'strongroom/vault',
    size: 900,
    root: '0123456789abcdef'.repeat(4),
    rows: Array.from({ length: 120 }, () => row),
    period: ['2026-01-01', '2026-12-31'],
    statementLine: 31,
    madeAtMs: Date.UTC(2026, 10, 22),
    timeZone: 'UTC',
  } as const;
  const bytes = await makePdf(paper, createTranslator(locale), fonts);
  const pages =
    Buffer.from(bytes)
      .toString('latin1')
      .match(/\/Type \/Page\b/gu) ?? [];
  expect(pages.length).toBeGreaterThan(3);
});
