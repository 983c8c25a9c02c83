/** The words of the demo's documents: clauses that say little, in four languages. */
import { firmName } from '../cast.ts';
import type { NameLanguage } from '../client-names.ts';

const sentences: Readonly<Record<NameLanguage, readonly string[]>> = {
  en: [
    'The parties have agreed that what is set out below stays between them.',
    'Neither party shall disclose it to others without the written consent of the other.',
    'Notice is given in writing and takes effect on the third working day after it was sent.',
    'The price is payable in two parts, the second when the register has been amended.',
    'Each party bears its own costs unless a court decides otherwise.',
    'Documents are returned or destroyed within thirty days of the end of the matter.',
    'The client has confirmed the facts above in a call with us.',
  ],
  fr: [
    'Les parties conviennent que ce qui suit demeure strictement entre elles.',
    'Aucune des parties ne le communique à un tiers sans l’accord écrit de l’autre.',
    'Toute notification est faite par écrit et prend effet le troisième jour ouvré.',
    'Le prix est payable en deux fois, la seconde après la publication de la cession.',
    'Chaque partie supporte ses frais, sauf décision contraire du juge.',
    'Les pièces sont restituées ou détruites dans les trente jours suivant la fin du dossier.',
  ],
  pl: [
    'Strony zgodnie postanawiają, że poniższe ustalenia pozostają poufne.',
    'Żadna ze stron nie ujawni ich osobom trzecim bez pisemnej zgody drugiej strony.',
    'Zawiadomienia składa się na piśmie; są skuteczne trzeciego dnia roboczego.',
    'Cena jest płatna w dwóch częściach, druga po wpisie do rejestru.',
    'Każda ze stron ponosi własne koszty, chyba że sąd postanowi inaczej.',
    'Dokumenty zostaną zwrócone lub zniszczone w ciągu trzydziestu dni.',
  ],
  zh: [
    '双方同意，以下内容仅限双方知悉。',
    '未经对方书面同意，任何一方不得向第三方披露。',
    '通知应以书面形式作出，自发出之日起第三个工作日生效。',
    '价款分两期支付，第二期于变更登记完成后支付。',
    '除法院另有裁定外，双方各自承担费用。',
    '事项终结后三十日内，文件应予返还或销毁。',
  ],
};

/** Numbered clauses under a heading that names the firm and the client. */
export function makeLetter(language: NameLanguage, client: string, count: number): string[] {
  const from = sentences[language];
  const clauses = Array.from({ length: count }, (_, index) => {
    const sentence = from[(index * 5 + Math.floor(index / from.length)) % from.length] ?? '';
    return index % 6 === 5 ? '' : `${Math.floor(index / 6) + 1}.${(index % 6) + 1}  ${sentence}`;
  });
  return [`${firmName}  ·  ${client}`, '', ...clauses];
}
