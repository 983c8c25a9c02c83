/**
 * The documents of the demo: what they are called, where they lie, and what is in them. All are written here but one: the agreement in
 * Chinese needs a font in it, so it was made once with pdfkit and Noto Sans Hans (OFL) and lies in content/nda-zh.pdf.
 */
import { readFileSync } from 'node:fs';
import type { ClientPlan, NameLanguage } from './client-names.ts';
import { writeDocx, writeXlsx } from './content/office.ts';
import { writeJpeg } from './content/jpeg.ts';
import { writePdf } from './content/pdf.ts';
import type { PdfPage } from './content/pdf.ts';
import { drawScan, writePng } from './content/pictures.ts';
import { makeLetter } from './content/letters.ts';
import type { SeededRandom } from './seeded-random.ts';

/** A document to be. */
export interface Paper {
  readonly name: string;
  readonly folder: readonly string[];
  /** What it is called and where it lies at first, if not so. */
  readonly comesAs?: { readonly name: string; readonly folder: readonly string[] };
  readonly type: string;
  readonly class?: 1 | 2 | 3;
  write(random: SeededRandom): Uint8Array;
}

const types = {
  pdf: 'application/pdf',
  png: 'image/png',
  jpg: 'image/jpeg',
  txt: 'text/plain',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
} as const;

const linesPerPage = 38;

/** A text as pages of a PDF. */
function pdfOf(
  title: string,
  lines: readonly string[],
  scan?: Parameters<typeof drawScan>[1],
): Paper['write'] {
  return (random: SeededRandom): Uint8Array => {
    const pages: PdfPage[] = [];
    for (let from = 0; from < lines.length; from += linesPerPage)
      pages.push({ lines: [title, ...lines.slice(from, from + linesPerPage)] });
    if (scan !== undefined) pages.push(drawScan(random, scan));
    return writePdf(title, pages);
  };
}

/** Comes as the scanner calls it, and is named and filed months later. */
export const scannedMinutes: Paper = {
  name: 'Board minutes, September.pdf',
  folder: ['General counsel'],
  comesAs: { name: 'Scan 0918-2.pdf', folder: [] },
  type: types.pdf,
  class: 1,
  write: pdfOf('Minutes of the board, 18 September', makeLetter('en', 'Dubois Holdings', 64), {
    width: 300,
    height: 424,
    noise: 6,
  }),
};

/** The room of the mocks: the sale of Dubois Holdings. */
export const duboisPapers: readonly Paper[] = [
  {
    name: 'Umowa o zachowaniu poufności, podpisana.pdf',
    folder: ['Engagement'],
    type: types.pdf,
    class: 2,
    write: pdfOf('Umowa o zachowaniu poufności', makeLetter('pl', 'Dubois Holdings', 30), {
      width: 420,
      height: 594,
      noise: 6,
    }),
  },
  {
    name: '保密协议（签署版）.pdf',
    folder: ['Engagement'],
    type: types.pdf,
    class: 2,
    write: () => readFileSync(new URL('content/nda-zh.pdf', import.meta.url)),
  },
  {
    name: 'Draft term sheet v1.docx',
    folder: ['Project Aster'],
    type: types.docx,
    write: () => writeDocx(['Draft term sheet, version 1', ...makeLetter('en', 'Dubois Holdings', 16)]),
  },
  scannedMinutes,
  {
    name: 'Share purchase agreement v7.docx',
    folder: ['Project Aster'],
    type: types.docx,
    class: 3,
    write: (random) =>
      writeDocx(
        ['Share purchase agreement', ...makeLetter('en', 'Dubois Holdings', 180)],
        [['word/media/signatures.png', writePng(drawScan(random, { width: 560, height: 792, noise: 10 }))]],
      ),
  },
  {
    name: 'HR annex, redacted.pdf',
    folder: ['Project Aster'],
    type: types.pdf,
    class: 2,
    write: pdfOf(
      'HR annex to the share purchase agreement, redacted',
      makeLetter('en', 'Dubois Holdings', 120),
      {
        width: 1240,
        height: 1754,
        noise: 20,
      },
    ),
  },
];

/** What is added to that room on the last day. */
export const bankDetails: Paper = {
  name: 'Bank details, seller.xlsx',
  folder: ['Project Aster'],
  type: types.xlsx,
  class: 2,
  write: () =>
    writeXlsx('Accounts', [
      ['Holder', 'IBAN', 'Share', 'Amount in EUR'],
      ['Dubois Holdings', 'FR14 2004 1010 0505 0001 3M02 606', 0.8, 14_400_000],
      ['Claire Dubois', 'PL61 1090 1014 0000 0712 1981 2874', 0.2, 3_600_000],
    ]),
};

interface Template {
  readonly folder: string;
  readonly names: readonly string[];
  readonly kind: keyof typeof types;
}

const templates: Readonly<Record<NameLanguage, readonly Template[]>> = {
  en: [
    {
      folder: 'Engagement',
      names: ['Engagement letter, signed', 'Terms of business', 'Fee quote'],
      kind: 'pdf',
    },
    {
      folder: 'Correspondence',
      names: ['Letter to the other side', 'Reply from the bank', 'Note of a call'],
      kind: 'pdf',
    },
    { folder: 'Drafts', names: ['Supply agreement v2', 'Witness statement', 'Heads of terms'], kind: 'docx' },
    { folder: 'Accounts', names: ['Trial balance', 'Fee ledger', 'Payment plan'], kind: 'xlsx' },
    {
      folder: 'Photographs',
      names: ['Site visit, north wall', 'Delivery note', 'Water damage, cellar'],
      kind: 'jpg',
    },
    { folder: 'Identity', names: ['Passport copy', 'Proof of address'], kind: 'png' },
    { folder: 'Notes', names: ['Attendance note', 'To do before the hearing'], kind: 'txt' },
  ],
  fr: [
    {
      folder: 'Mission',
      names: ['Lettre de mission signée', 'Convention d’honoraires', 'Procuration'],
      kind: 'pdf',
    },
    {
      folder: 'Correspondance',
      names: ['Courrier à la partie adverse', 'Réponse de la banque', 'Mise en demeure'],
      kind: 'pdf',
    },
    {
      folder: 'Projets',
      names: ['Projet de bail commercial', 'Conclusions', 'Protocole d’accord v3'],
      kind: 'docx',
    },
    { folder: 'Comptabilité', names: ['Balance générale', 'Échéancier'], kind: 'xlsx' },
    {
      folder: 'Pièces',
      names: ['Constat d’huissier, façade', 'Bon de livraison', 'Dégât des eaux'],
      kind: 'jpg',
    },
    { folder: 'Identité', names: ['Extrait Kbis', 'Carte d’identité'], kind: 'png' },
    { folder: 'Notes', names: ['Compte rendu d’entretien'], kind: 'txt' },
  ],
  pl: [
    {
      folder: 'Zlecenie',
      names: ['Umowa zlecenia, podpisana', 'Pełnomocnictwo', 'Wycena usług'],
      kind: 'pdf',
    },
    {
      folder: 'Korespondencja',
      names: ['Pismo do sądu', 'Odpowiedź banku', 'Wezwanie do zapłaty'],
      kind: 'pdf',
    },
    { folder: 'Projekty', names: ['Projekt umowy najmu', 'Pozew, wersja 2', 'Statut spółki'], kind: 'docx' },
    { folder: 'Księgowość', names: ['Zestawienie obrotów', 'Harmonogram spłat'], kind: 'xlsx' },
    {
      folder: 'Zdjęcia',
      names: ['Oględziny, ściana północna', 'Dowód dostawy', 'Zalana piwnica'],
      kind: 'jpg',
    },
    { folder: 'Tożsamość', names: ['Odpis KRS', 'Dowód osobisty, kopia'], kind: 'png' },
    { folder: 'Notatki', names: ['Notatka ze spotkania'], kind: 'txt' },
  ],
  zh: [
    { folder: '委托', names: ['委托合同（签署版）', '授权委托书', '报价单'], kind: 'docx' },
    { folder: '往来函件', names: ['致对方函', '银行回函', '律师函'], kind: 'docx' },
    { folder: '草稿', names: ['股权转让协议第二稿', '租赁合同草案', '答辩状'], kind: 'docx' },
    { folder: '账目', names: ['试算平衡表', '付款计划'], kind: 'xlsx' },
    { folder: '照片', names: ['现场照片', '送货单'], kind: 'jpg' },
    { folder: '证件', names: ['营业执照', '身份证复印件'], kind: 'png' },
    { folder: '备忘', names: ['会议纪要', '电话记录'], kind: 'txt' },
  ],
};

/** As many documents of a client, no name twice in a folder. */
export function planPapers(random: SeededRandom, client: ClientPlan, count: number): Paper[] {
  const papers: Paper[] = [];
  const taken = new Set<string>();
  for (let number = 1; papers.length < count; number++) {
    const { folder, names, kind } = random.pick(templates[client.language]);
    const base = random.pick(names);
    const name = `${base}${taken.has(`${folder}/${base}`) ? ` ${number}` : ''}.${kind}`;
    taken.add(`${folder}/${base}`);
    const title = base;
    const lines = makeLetter(client.language, client.name, 14 + random.below(70));
    papers.push({
      name,
      folder: [folder],
      type: types[kind],
      write: writerOf(kind, { title, lines, client }),
    });
  }
  return papers;
}

function writerOf(
  kind: Template['kind'],
  content: { readonly title: string; readonly lines: readonly string[]; readonly client: ClientPlan },
): Paper['write'] {
  const { title, lines, client } = content;
  switch (kind) {
    case 'pdf':
      return pdfOf(title, lines);
    case 'docx':
      return () => writeDocx([title, ...lines.filter((line) => line !== '')]);
    case 'xlsx':
      return (random) =>
        writeXlsx(title, [
          [client.name, 'EUR'],
          ...Array.from({ length: 18 }, (_, row) => [`${1000 + row * 10}`, random.below(9_000_000) / 100]),
        ]);
    case 'png':
      return (random) => writePng(drawScan(random, { width: 210 + random.below(80), height: 297, noise: 4 }));
    case 'jpg':
      return (random) =>
        writeJpeg(drawScan(random, { width: 160 + random.below(60), height: 240, noise: 6 }));
    case 'txt':
      return () => new TextEncoder().encode(`${title}\n\n${lines.join('\n')}\n`);
  }
}
