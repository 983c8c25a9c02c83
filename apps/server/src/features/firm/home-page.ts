/** The one page of the server: what this is, and that people work with the command line. It loads nothing and runs nothing. */
import { createTranslator, findLocale } from '@strongroom/texts';
import type { Handler } from '../../handler.ts';
import { homeTexts } from './home-texts.ts';

export const getHome: Handler<'getHome'> = async (_context, { language }) => {
  const locale = findLocale(language ?? 'en') ?? 'en';
  const translator = createTranslator(locale);
  const text = (id: keyof (typeof homeTexts)['en']): string =>
    escapeHtml(translator.find(id) ?? homeTexts[locale][id]);
  return [
    '<!doctype html>',
    `<html lang="${locale}">`,
    '<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${text('server.home.title')}</title></head>`,
    '<body>',
    `<main><h1>${text('server.home.title')}</h1>`,
    `<p>${text('server.home.what')}</p>`,
    `<p>${text('server.home.how')}</p>`,
    `<p><code>strongroom --help</code></p></main>`,
    '</body></html>',
    '',
  ].join('\n');
};

function escapeHtml(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
}
