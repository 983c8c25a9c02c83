/** Names of invented clients in four languages, with the short names people use for them. */
import type { SeededRandom } from './seeded-random.ts';

/** The client groups; each becomes a vault. */
export const groupNames = ['Corporate group', 'Private clients', 'Clinics'] as const;

export type NameLanguage = 'en' | 'fr' | 'pl' | 'zh';

/** A client to be. */
export interface ClientPlan {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly language: NameLanguage;
  /** Place in `groupNames`. */
  readonly group: number;
  readonly class: 1 | 2 | 3;
}

/** Clients that the story knows by name. */
const known: readonly ClientPlan[] = [
  { name: 'Dubois Holdings', aliases: ['Dubois', 'Project Aster'], language: 'fr', group: 0, class: 3 },
  { name: 'Fontaine SARL', aliases: ['Fontaine'], language: 'fr', group: 0, class: 2 },
  { name: 'Zakłady Mięsne Wierzbowa sp. z o.o.', aliases: ['Wierzbowa'], language: 'pl', group: 0, class: 2 },
  {
    name: '明远精密制造有限公司',
    aliases: ['Mingyuan Precision', '明远'],
    language: 'zh',
    group: 0,
    class: 2,
  },
  { name: 'Harrow & Pike Shipping', aliases: ['Harrow', 'HPS'], language: 'en', group: 0, class: 2 },
  { name: 'Przychodnia Pod Lipami', aliases: ['Pod Lipami'], language: 'pl', group: 2, class: 3 },
  { name: 'Catherine Ashworth', aliases: ['Kate Ashworth'], language: 'en', group: 1, class: 3 },
  { name: 'Stanisław Wójcik', aliases: ['S. Wójcik'], language: 'pl', group: 1, class: 2 },
  { name: '林建国', aliases: ['Lin Jianguo'], language: 'zh', group: 1, class: 2 },
  { name: 'Clinique Sainte-Odile', aliases: ['Sainte-Odile'], language: 'fr', group: 2, class: 3 },
];

const places: Readonly<Record<NameLanguage, readonly string[]>> = {
  en: [
    'Northgate',
    'Ashdown',
    'Kestrel',
    'Bluewater',
    'Merton',
    'Calder',
    'Elmfield',
    'Wexcombe',
    'Tarn',
    'Larkhill',
    'Greystone',
    'Penrose',
  ],
  fr: [
    'Valmont',
    'Beaurivage',
    'Sologne',
    'Clairvaux',
    'Mirabel',
    'Haussonville',
    'Kermadec',
    'Rochebrune',
    'Lavandou',
    'Étretat',
  ],
  pl: [
    'Bursztyn',
    'Wisła',
    'Jaworzyna',
    'Dębowa',
    'Świteź',
    'Łąkowa',
    'Kasztan',
    'Źródło',
    'Żuraw',
    'Modrzew',
  ],
  zh: ['恒信', '东方', '华瑞', '嘉禾', '天成', '远航', '瑞丰', '安泰', '新宇', '鼎盛'],
};
const trades: Readonly<Record<NameLanguage, readonly (readonly [before: string, after: string])[]>> = {
  en: [
    ['', ' Ltd'],
    ['', ' Capital'],
    ['', ' Foods plc'],
    ['', ' Logistics'],
    ['', ' Energy Partners'],
    ['', ' Textiles'],
    ['', ' Robotics'],
  ],
  fr: [
    ['', ' SA'],
    ['Groupe ', ''],
    ['Éditions ', ''],
    ['Transports ', ' SAS'],
    ['Domaine ', ''],
    ['Ateliers ', ''],
  ],
  pl: [
    ['', ' sp. z o.o.'],
    ['Grupa ', ' S.A.'],
    ['Zakłady ', ''],
    ['Spółdzielnia ', ''],
    ['Wydawnictwo ', ''],
  ],
  zh: [
    ['', '科技有限公司'],
    ['', '贸易有限公司'],
    ['', '投资集团'],
    ['', '医药股份有限公司'],
    ['', '建设有限公司'],
  ],
};
const clinics: Readonly<Record<NameLanguage, readonly (readonly [before: string, after: string])[]>> = {
  en: [
    ['', ' Family Practice'],
    ['', ' Dental Care'],
    ['', ' Physiotherapy'],
  ],
  fr: [
    ['Cabinet dentaire ', ''],
    ['Centre médical ', ''],
    ['Clinique ', ''],
  ],
  pl: [
    ['Przychodnia ', ''],
    ['Centrum Zdrowia ', ''],
    ['Gabinety ', ''],
  ],
  zh: [
    ['', '口腔诊所'],
    ['', '康复中心'],
    ['', '儿科诊所'],
  ],
};
const given: Readonly<Record<NameLanguage, readonly string[]>> = {
  en: ['Margaret', 'Oliver', 'Harriet', 'James', 'Eleanor', 'Samuel', 'Grace', 'Edmund', 'Priya', 'Daniel'],
  fr: ['Élodie', 'Guillaume', 'Solène', 'Mathieu', 'Inès', 'Bastien', 'Mireille', 'Thibault'],
  pl: ['Agnieszka', 'Krzysztof', 'Małgorzata', 'Łukasz', 'Zofia', 'Grzegorz', 'Elżbieta', 'Paweł'],
  zh: ['王', '李', '张', '刘', '陈', '杨', '黄', '吴', '周', '徐'],
};
const family: Readonly<Record<NameLanguage, readonly string[]>> = {
  en: [
    'Hollis',
    'Carrow',
    'Whitlock',
    'Bannerman',
    'Osei',
    'Thackeray',
    'Rowntree',
    'Marsh',
    'Sandhu',
    'Fairfax',
  ],
  fr: ['Lefèvre', 'Charpentier', 'Delacroix', 'Rousselot', 'Vasseur', 'Marchand', 'Béranger', 'Courtois'],
  pl: ['Dąbrowska', 'Zieliński', 'Szymańska', 'Woźniak', 'Kozłowska', 'Jankowski', 'Mazurek', 'Gąsior'],
  zh: ['伟', '秀英', '丽华', '志强', '晓燕', '海涛', '美玲', '国栋', '雅婷', '文博'],
};

/** Half of the names are English, the rest is shared by the others. */
const languages: readonly NameLanguage[] = ['en', 'en', 'en', 'fr', 'fr', 'pl', 'pl', 'zh'];
const groups = [0, 0, 0, 0, 1, 1, 1, 1, 2, 2] as const;
const classes = [1, 2, 2, 2, 2, 3] as const;

/** As many clients, those of the story first, no name twice. */
export function planClients(random: SeededRandom, count: number): ClientPlan[] {
  const plans = known.slice(0, count);
  const taken = new Set(plans.map(({ name }) => name));
  while (plans.length < count) {
    const language = random.pick(languages);
    const group = random.pick(groups);
    const { name, aliases } = group === 1 ? namePerson(random, language) : nameFirm(random, language, group);
    if (taken.has(name)) continue;
    taken.add(name);
    plans.push({ name, aliases, language, group, class: random.pick(classes) });
  }
  return plans;
}

function nameFirm(
  random: SeededRandom,
  language: NameLanguage,
  group: 0 | 2,
): { readonly name: string; readonly aliases: string[] } {
  const place = random.pick(places[language]);
  const [before, after] = random.pick(group === 2 ? clinics[language] : trades[language]);
  const other = random.below(3) === 0 ? ` ${random.pick(places[language])}` : '';
  const short = language === 'zh' ? place : `${place}${other}`;
  return { name: `${before}${short}${after}`, aliases: random.below(2) === 0 ? [short] : [] };
}

function namePerson(
  random: SeededRandom,
  language: NameLanguage,
): { readonly name: string; readonly aliases: string[] } {
  const first = random.pick(given[language]);
  const last = random.pick(family[language]);
  if (language === 'zh') return { name: `${first}${last}`, aliases: [] };
  return {
    name: `${first} ${last}`,
    aliases: random.below(3) === 0 ? [`${first.slice(0, 1)}. ${last}`] : [],
  };
}
