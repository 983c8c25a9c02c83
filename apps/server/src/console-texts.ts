/** What the server says on its console, in four languages. */
import type { Locale } from '@strongroom/texts';

type ConsoleTextId = 'listening' | 'first-run' | 'unsafe';

const texts: Readonly<Record<Locale, Readonly<Record<ConsoleTextId, string>>>> = {
  en: {
    listening: 'Strongroom is listening at {value}',
    'first-run':
      'There is no firm yet. Whoever has this one-time code can make it (good for one hour): {value}',
    unsafe:
      'UNSAFE TEST MODE: clock and faults can be controlled from outside. Never keep real records here.',
  },
  fr: {
    listening: 'Strongroom écoute à l’adresse {value}',
    'first-run':
      'Il n’y a pas encore de cabinet. Qui détient ce code à usage unique peut le créer (valable une heure) : {value}',
    unsafe:
      'MODE D’ESSAI NON SÛR : l’horloge et les pannes se commandent de l’extérieur. N’y conservez jamais de vrais dossiers.',
  },
  zh: {
    listening: 'Strongroom 正在监听 {value}',
    'first-run': '尚未建立事务所。持有此一次性代码者可以建立（一小时内有效）：{value}',
    unsafe: '不安全的测试模式：时钟和故障可从外部控制。切勿在此保存真实记录。',
  },
  pl: {
    listening: 'Strongroom nasłuchuje pod adresem {value}',
    'first-run':
      'Firma jeszcze nie istnieje. Może ją założyć ten, kto ma ten jednorazowy kod (ważny godzinę): {value}',
    unsafe:
      'NIEBEZPIECZNY TRYB TESTOWY: zegarem i awariami można sterować z zewnątrz. Nigdy nie przechowuj tu prawdziwych dokumentów.',
  },
};

/** A text with its value put in. */
export function consoleText(locale: Locale, id: ConsoleTextId, value = ''): string {
  return texts[locale][id].replace('{value}', value);
}
