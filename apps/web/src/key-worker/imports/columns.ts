/** What a column of a client list holds, by its title in four languages. */

import type { ImportField } from '../../keys/contract.ts';

const words: Readonly<Record<ImportField, readonly string[]>> = {
  name: [
    'name',
    'client',
    'client name',
    'clientname',
    'company',
    'company name',
    'firm',
    'display name',
    'nom',
    'nom du client',
    'client e',
    'dossier',
    'societe',
    'raison sociale',
    'denomination',
    'nazwa',
    'klient',
    'nazwa klienta',
    'firma',
    'imie i nazwisko',
    'nazwisko',
    '名称',
    '名字',
    '姓名',
    '客户',
    '客户名称',
    '客户姓名',
    '公司',
    '公司名称',
    '单位名称',
  ],
  alias: [
    'alias',
    'aliases',
    'also known as',
    'aka',
    'other names',
    'other name',
    'former name',
    'trading as',
    'short name',
    'autres noms',
    'autre nom',
    'nom commercial',
    'sigle',
    'ancien nom',
    'nom d usage',
    'inne nazwy',
    'inna nazwa',
    'skrot',
    'nazwa skrocona',
    'dawna nazwa',
    'pseudonim',
    '别名',
    '曾用名',
    '简称',
    '又名',
    '其他名称',
  ],
  class: [
    'class',
    'classification',
    'confidentiality',
    'sensitivity',
    'level',
    'classe',
    'confidentialite',
    'niveau',
    'niveau de confidentialite',
    'klasa',
    'klauzula',
    'poufnosc',
    'poziom poufnosci',
    '密级',
    '级别',
    '保密级别',
    '机密等级',
  ],
  country: [
    'country',
    'countries',
    'country code',
    'jurisdiction',
    'pays',
    'pays de residence',
    'juridiction',
    'code pays',
    'kraj',
    'kraje',
    'panstwo',
    'jurysdykcja',
    'kod kraju',
    '国家',
    '国家地区',
    '国别',
    '司法管辖区',
  ],
  lead: [
    'lead',
    'responsible',
    'partner',
    'lead lawyer',
    'account manager',
    'owner',
    'fee earner',
    'responsable',
    'associe',
    'avocat responsable',
    'associe responsable',
    'charge de dossier',
    'prowadzacy',
    'opiekun',
    'odpowiedzialny',
    'partner prowadzacy',
    'osoba prowadzaca',
    '负责人',
    '主办律师',
    '主办人',
    '承办人',
    '合伙人',
  ],
};

const byWord: ReadonlyMap<string, ImportField> = new Map(
  (Object.entries(words) as [ImportField, readonly string[]][]).flatMap(([field, list]) =>
    list.map((word): [string, ImportField] => [word, field]),
  ),
);

const classWords: readonly (readonly string[])[] = [
  ['0', 'open', 'public', 'ouvert', 'publique', 'otwarta', 'otwarte', 'jawne', 'jawna', '公开', '开放'],
  [
    '1',
    'standard',
    'normal',
    'internal',
    'standardowa',
    'standardowe',
    'interne',
    'wewnetrzne',
    '标准',
    '普通',
    '内部',
  ],
  ['2', 'confidential', 'confidentiel', 'confidentielle', 'poufne', 'poufna', '机密', '保密', '秘密'],
  ['3', 'secret', 'secrete', 'top secret', 'tajne', 'tajna', 'scisle tajne', '绝密', '高度机密'],
];

/** What a title says. A field is given to one column, the first; aliases to as many as there are. */
export function guessColumns(titles: readonly string[]): readonly (ImportField | undefined)[] {
  const taken = new Set<ImportField>();
  return titles.map((title) => {
    const field = byWord.get(fold(title)) ?? byWord.get(fold(title).replace(/ \d+$/u, ''));
    if (field === undefined || taken.has(field)) return undefined;
    if (field !== 'alias') taken.add(field);
    return field;
  });
}

/** The class that a word names; undefined for one that names none. */
export function parseClass(text: string): 0 | 1 | 2 | 3 | undefined {
  const found = classWords.findIndex((list) => list.includes(fold(text)));
  return found === -1 ? undefined : (found as 0 | 1 | 2 | 3);
}

/** A text without accents, capitals and marks between words. */
export function fold(text: string): string {
  return text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[łŁ]/gu, 'l')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}
