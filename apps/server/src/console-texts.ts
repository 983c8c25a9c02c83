/** What the server says on its console, in four languages. */
import type { Locale } from '@strongroom/texts';

type ConsoleTextId =
  | 'listening'
  | 'first-run'
  | 'unsafe'
  | 'stopping'
  | 'failed'
  | 'warden.gone'
  | 'restore-mode';

const texts: Readonly<Record<Locale, Readonly<Record<ConsoleTextId, string>>>> = {
  en: {
    listening: 'Strongroom is listening at {value}',
    'first-run':
      'There is no firm yet. Whoever has this one-time code can make it (good for one hour): {value}',
    unsafe:
      'UNSAFE TEST MODE: clock and faults can be controlled from outside. Never keep real records here.',
    stopping: 'Strongroom is stopping.',
    failed: 'Something failed that should not. What is known of it is in {value}',
    'warden.gone': 'The warden has ended; it is started again. Until then nothing opens. See {value}',
    'restore-mode':
      'The ledger and its warden do not agree: nothing is written or opened until a restore. See {value}',
  },
  fr: {
    listening: 'Strongroom écoute à l’adresse {value}',
    'first-run':
      'Il n’y a pas encore de cabinet. Qui détient ce code à usage unique peut le créer (valable une heure) : {value}',
    unsafe:
      'MODE D’ESSAI NON SÛR : l’horloge et les pannes se commandent de l’extérieur. N’y conservez jamais de vrais dossiers.',
    stopping: 'Strongroom s’arrête.',
    failed: 'Une défaillance imprévue s’est produite. Ce qu’on en sait se trouve dans {value}',
    'warden.gone': 'Le gardien s’est arrêté ; il est relancé. D’ici là rien ne s’ouvre. Voir {value}',
    'restore-mode':
      'Le registre et son gardien ne concordent pas : rien n’est écrit ni ouvert avant une restauration. Voir {value}',
  },
  zh: {
    listening: 'Strongroom 正在监听 {value}',
    'first-run': '尚未建立事务所。持有此一次性代码者可以建立（一小时内有效）：{value}',
    unsafe: '不安全的测试模式：时钟和故障可从外部控制。切勿在此保存真实记录。',
    stopping: 'Strongroom 正在停止。',
    failed: '发生了不应出现的故障。已知情况见 {value}',
    'warden.gone': '守卫进程已结束，正在重新启动。在此之前无法打开任何内容。见 {value}',
    'restore-mode': '账本与守卫进程不一致：恢复之前不会写入或打开任何内容。见 {value}',
  },
  pl: {
    listening: 'Strongroom nasłuchuje pod adresem {value}',
    'first-run':
      'Firma jeszcze nie istnieje. Może ją założyć ten, kto ma ten jednorazowy kod (ważny godzinę): {value}',
    unsafe:
      'NIEBEZPIECZNY TRYB TESTOWY: zegarem i awariami można sterować z zewnątrz. Nigdy nie przechowuj tu prawdziwych dokumentów.',
    stopping: 'Strongroom kończy pracę.',
    failed: 'Wystąpiła nieprzewidziana awaria. Co o niej wiadomo, jest w {value}',
    'warden.gone':
      'Strażnik zakończył działanie i jest uruchamiany ponownie. Do tego czasu nic się nie otworzy. Zobacz {value}',
    'restore-mode':
      'Rejestr i strażnik nie są zgodni: do czasu przywrócenia nic nie będzie zapisane ani otwarte. Zobacz {value}',
  },
};

/** A text with its value put in. */
export function consoleText(locale: Locale, id: ConsoleTextId, value = ''): string {
  return texts[locale][id].replace('{value}', value);
}
