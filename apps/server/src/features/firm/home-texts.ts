/** Texts of the server's page and console, used where the catalogues have no entry of that name. */
import type { Locale } from '@strongroom/texts';

/** Ids of the server's own texts. */
export type ServerTextId = 'server.home.title' | 'server.home.what' | 'server.home.how';

export const homeTexts: Readonly<Record<Locale, Readonly<Record<ServerTextId, string>>>> = {
  en: {
    'server.home.title': 'Strongroom',
    'server.home.what':
      'This is a Strongroom server. It keeps sealed records of a firm and its clients, and a ledger of who opened them. It cannot read what it keeps.',
    'server.home.how': 'Use the command-line program on your own machine to work with it:',
  },
  fr: {
    'server.home.title': 'Strongroom',
    'server.home.what':
      'Ceci est un serveur Strongroom. Il conserve les dossiers scellés d’un cabinet et de ses clients, et le registre de qui les a ouverts. Il ne peut pas lire ce qu’il conserve.',
    'server.home.how':
      'Pour travailler avec lui, utilisez le programme en ligne de commande sur votre propre machine :',
  },
  zh: {
    'server.home.title': 'Strongroom',
    'server.home.what':
      '这是一台 Strongroom 服务器。它保管事务所及其客户的密封记录，以及谁打开过这些记录的账簿。它无法读取所保管的内容。',
    'server.home.how': '请在您自己的电脑上使用命令行程序：',
  },
  pl: {
    'server.home.title': 'Strongroom',
    'server.home.what':
      'To jest serwer Strongroom. Przechowuje zapieczętowane dokumenty firmy i jej klientów oraz rejestr tego, kto je otwierał. Sam nie może odczytać tego, co przechowuje.',
    'server.home.how': 'Aby z nim pracować, użyj programu wiersza poleceń na własnym komputerze:',
  },
};
