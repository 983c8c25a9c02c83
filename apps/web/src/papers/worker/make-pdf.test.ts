/** Papers in four languages: made whole, read back as a viewer reads them, and with the glyphs that the texts need. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { inflateSync } from 'node:zlib';
import { parseId } from '@strongroom/core';
import { createTranslator, locales } from '@strongroom/texts';
import type { Locale } from '@strongroom/texts';
import { getDocument, VerbosityLevel } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { describe, expect, test } from 'vitest';
import type { CertificatePaper, KitPaper } from '../papers.ts';
import { formatMoment } from './format-time.ts';
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

const hour = (count: number): number => Date.UTC(2026, 10, 22, count, 5, 9);
const zaneta = parseId('per', 'per_abcdefghijklmnopqrstuvwx2a');
const yue = parseId('per', 'per_bbcdefghijklmnopqrstuvwx2a');
const device = parseId('dev', 'dev_abcdefghijklmnopqrstuvwx2a');

/** Three documents of six versions each, by names in Polish and Chinese. */
const certificate: Omit<CertificatePaper, 'locale'> = {
  kind: 'certificate',
  firmName: 'Świątek & 上海律师事务所',
  clientName: 'Zażółć Gęślą Jaźń',
  vaultName: '私人客户',
  names: { [zaneta]: 'Żaneta Łącka-Gęślą', [yue]: '赵悦' },
  timeZone: 'Europe/Warsaw',
  facts: {
    firm: parseId('frm', 'frm_abcdefghijklmnopqrstuvwx2a'),
    root: '0123456789abcdef'.repeat(4),
    vault: parseId('vlt', 'vlt_abcdefghijklmnopqrstuvwx2a'),
    room: parseId('rom', 'rom_abcdefghijklmnopqrstuvwx2a'),
    client: 'C-2K7Q',
    disposal: parseId('dsp', 'dsp_abcdefghijklmnopqrstuvwx2a'),
    items: ['a', 'b', 'c'].flatMap((letter) =>
      Array.from({ length: 12 }, (_, place) => ({
        record: parseId('rec', `rec_${letter}bcdefghijklmnopqrstuvwx2a`),
        version: Math.floor(place / 2) + 1,
        part: place % 2 === 0 ? 'card' : 'body',
        slot: 100 + place,
      })),
    ),
    proposed: { person: zaneta, device, atMs: hour(8), index: 41 },
    approved: { person: yue, device, atMs: hour(9), index: 42 },
    intended: { atMs: hour(10), index: 50 },
    destroyed: { atMs: hour(11), index: 51, level: 'L0', second: 'absent' },
    stateGeneration: 7,
    roots: { before: 'ab'.repeat(32), after: 'cd'.repeat(32) },
    wardens: [{ number: 1, sign: 'ef'.repeat(32) }],
    horizonDays: 5,
    residuals: ['cached-copies', 'disaster-copies', 'exports', 'paper'],
  },
};

/** What somebody reads on it, written out: the words of a catalogue that lost a letter would be missing alike. */
const said: Readonly<Record<Locale, readonly string[]>> = {
  en: [
    'Certificate of destruction',
    'The keys of 3 documents were destroyed on 22 November 2026 at 12:05:09 CET. From then on the warden cannot open them',
    'Approved 22 November 2026 at 10:05:09 CET by 赵悦, device',
    'Disaster copies may still open the documents for 5 days.',
  ],
  fr: [
    'Certificat de destruction',
    'Les clés de 3 documents ont été détruites le 22 novembre 2026 à 12:05:09 UTC+1. Depuis, le gardien ne peut plus les ouvrir',
    'Approuvée le 22 novembre 2026 à 10:05:09 UTC+1 par 赵悦, appareil',
    'Les copies de sinistre peuvent encore ouvrir les documents pendant 5 jours.',
  ],
  zh: [
    '销毁证明',
    '3 份文档的密钥已于 2026年11月22日 GMT+1 12:05:09 销毁。自此守卫进程无法从任何数据副本中打开它们。',
    '2026年11月22日 GMT+1 10:05:09 由 赵悦 批准，设备',
    '灾备副本在 5 天内仍可能打开这些文档。',
  ],
  pl: [
    'Protokół zniszczenia',
    'Klucze 3 dokumentów zniszczono 22 listopada 2026 12:05:09 CET. Od tej chwili strażnik nie może ich otworzyć',
    'Zatwierdzono 22 listopada 2026 10:05:09 CET: 赵悦, urządzenie',
    'Kopie awaryjne mogą jeszcze otworzyć dokumenty przez 5 dni.',
  ],
};

describe.each(locales)('the certificate in %s', (locale) => {
  test('says all of it on its pages, in order, with every letter drawn', async () => {
    const translator = createTranslator(locale);
    const bytes = await makePdf({ ...certificate, locale }, translator, fonts);
    const pages = await readPages(bytes);
    expect(pages).toHaveLength(2);
    for (const { strays, text } of pages) {
      expect(strays).toEqual([]);
      expect(text).not.toBe('');
    }
    const whole = pages.map(({ text }) => text).join('');
    expect(whole).toBe(bare(certificateTexts(locale).join('')));
    for (const sentence of said[locale]) expect(whole).toContain(bare(sentence));
    for (const name of ['Zażółć Gęślą Jaźń', 'Żaneta Łącka-Gęślą', '赵悦', '上海律师事务所', '私人客户'])
      expect(whole).toContain(bare(name));
    expect(countUndrawn(bytes)).toBe(0);
  });
});

describe.each(locales)('the kit in %s', (locale) => {
  const translator = createTranslator(locale);
  const { root: _, signInLink: _link, ...rest } = kit;
  const first = { ...rest, firmName: 'Świątek' };

  test.each([
    ['finished', kit],
    ['the first sheet', first],
  ])('is one PDF page in its language: %s', async (_name, facts) => {
    const bytes = await makePdf({ ...facts, locale }, translator, fonts);
    const file = new TextDecoder('latin1').decode(bytes);
    expect(file.startsWith('%PDF-1.')).toBe(true);
    expect(file).toContain(`/Lang (${locale})`);
    const pages = await readPages(bytes);
    expect(pages).toHaveLength(1);
    expect(pages[0]?.strays).toEqual([]);
    expect(pages[0]?.text).toBe(bare(kitTexts({ ...facts, locale }).join('')));
    expect(pages[0]?.text).toContain(bare('Żaneta Łącka-Gęślą'));
    expect(countUndrawn(bytes)).toBe(0);
  });

  test('of somebody invited, whose name is not known yet, has a line to write it on', async () => {
    const { personName: _name, firmName: _firm, ...unnamed } = kit;
    const [page, ...more] = await readPages(await makePdf({ ...unnamed, locale }, translator, fonts));
    expect(more).toEqual([]);
    expect(page?.strays).toEqual([]);
    expect(page?.text).toContain(
      bare(translator.t('web.papers.kit.name-by-hand') + translator.t('web.papers.kit.person')),
    );
  });
});

test('a letter that no font has is found', async () => {
  const paper: KitPaper = { ...kit, locale: 'en', firmName: 'Świątek', personName: 'Anubis \u{13062}' };
  expect(countUndrawn(await makePdf(paper, createTranslator('en'), fonts))).toBe(1);
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
    rows: Array.from({ length: 70 }, () => row),
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

/** What a viewer finds on a page: its words without white space, in the order they were written, and those that leave what is meant to be printed on. */
interface PageRead {
  readonly text: string;
  readonly strays: readonly string[];
}

async function readPages(bytes: Uint8Array<ArrayBuffer>): Promise<PageRead[]> {
  const [sidePt, edgePt] = [55.5, 40];
  const loading = getDocument({ data: bytes.slice(), verbosity: VerbosityLevel.ERRORS });
  const file = await loading.promise;
  const pages: PageRead[] = [];
  for (let number = 1; number <= file.numPages; number++) {
    const page = await file.getPage(number);
    const [left = 0, bottom = 0, right = 0, top = 0] = page.view;
    expect([left, bottom, right, top].map(Math.round)).toEqual([0, 0, 595, 842]);
    const items = (await page.getTextContent()).items.filter((item) => 'str' in item);
    const strays = items
      .filter(({ str, transform, width, height }) => {
        const [x, y] = [Number(transform[4]), Number(transform[5])];
        const isInside =
          x >= left + sidePt &&
          x + width <= right - sidePt &&
          y >= bottom + edgePt &&
          y + height <= top - edgePt;
        return str.trim() !== '' && !isInside;
      })
      .map(({ str }) => str);
    pages.push({ text: bare(items.map(({ str }) => str).join('')), strays });
  }
  await loading.destroy();
  return pages;
}

/** Lines are broken where they fit, so white space tells nothing. */
function bare(text: string): string {
  return text.replaceAll(/\s/gu, '');
}

/** Glyphs that are the empty box of their font: the first of each, whatever text they stand for. */
function countUndrawn(bytes: Uint8Array): number {
  const file = Buffer.from(bytes);
  let count = 0;
  for (let at = file.indexOf('stream\n'); at !== -1; at = file.indexOf('stream\n', at + 1)) {
    if (file.subarray(at - 3, at).toString('latin1') === 'end') continue;
    const packed = file.subarray(at + 'stream\n'.length, file.indexOf('\nendstream', at));
    const content = packed[0] === 0x78 ? inflateSync(packed).toString('latin1') : '';
    for (const [, line = ''] of content.matchAll(/^\[(.*)\] TJ$/gmu))
      for (const [, glyphs = ''] of line.matchAll(/<([0-9a-f]+)>/gu))
        count += (glyphs.match(/.{4}/gu) ?? []).filter((glyph) => glyph === '0000').length;
  }
  return count;
}

function certificateTexts(locale: Locale): string[] {
  const { t, find } = createTranslator(locale);
  const { facts, firmName } = certificate;
  const time = (atMs: number): string => formatMoment(atMs, { locale, timeZone: certificate.timeZone });
  return [
    'C-2K7Q',
    t('web.papers.certificate.title'),
    t('certificate.statement', { count: 3, time: time(hour(11)) }),
    t('web.papers.certificate.firm'),
    `${firmName} · ${facts.firm}`,
    t('web.papers.certificate.client'),
    'C-2K7Q · Zażółć Gęślą Jaźń · 私人客户',
    t('web.papers.certificate.disposal'),
    facts.disposal,
    t('web.papers.certificate.steps'),
    t('certificate.proposed', { time: time(hour(8)), person: 'Żaneta Łącka-Gęślą', device, line: '41' }),
    t('certificate.approved', { time: time(hour(9)), person: '赵悦', device, line: '42' }),
    t('certificate.intended', { time: time(hour(10)), line: '50' }),
    t('certificate.destroyed', { time: time(hour(11)), line: '51' }),
    t('web.papers.certificate.records', { count: 3 }),
    ...facts.items.flatMap(({ record, version, part, slot }) => [
      `${record} · `,
      t('certificate.item', {
        version: String(version),
        part: t(part === 'card' ? 'certificate.part.card' : 'certificate.part.body'),
        number: String(slot),
      }),
    ]),
    t('certificate.limits'),
    ...[
      t('certificate.horizon.days', { count: 5 }),
      t('certificate.level.L0'),
      t('certificate.second.absent'),
      ...facts.residuals.map((name) => find(`certificate.residual.${name}`)),
    ].map((limit) => `– ${limit}`),
    t('web.papers.certificate.check'),
    t('certificate.verify'),
    t('certificate.commitment', { generation: '7', before: facts.roots.before, after: facts.roots.after }),
    t('certificate.warden', { number: '1', key: 'ef'.repeat(32) }),
    t('certificate.firm', { firm: facts.firm, root: facts.root }),
  ];
}

function kitTexts(paper: KitPaper): string[] {
  const { t } = createTranslator(paper.locale);
  return [
    paper.firmName ?? '',
    t('web.papers.kit.title'),
    t('web.papers.kit.name'),
    'Żaneta Łącka-Gęślą',
    t('web.papers.kit.person'),
    paper.person,
    t('web.papers.kit.made'),
    { en: '22 November 2026', fr: '22 novembre 2026', zh: '2026年11月22日', pl: '22 listopada 2026' }[
      paper.locale
    ],
    t('web.papers.kit.fingerprint'),
    paper.fingerprint,
    t('web.papers.kit.root'),
    paper.root ?? t('web.papers.kit.root-later'),
    t('web.papers.kit.server'),
    paper.server,
    t('web.papers.kit.groups'),
    ...paper.groups.map((group, place) => `${place + 1}.${group}`),
    t('web.papers.kit.use'),
    t('web.papers.kit.keep'),
    t('web.papers.kit.lost'),
    ...(paper.root === undefined ? [t('web.papers.kit.unfinished')] : []),
  ];
}
