/** A plugin that writes into the page what a visitor reads, in every language, where the app itself could not be loaded. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Plugin } from 'vite';

const catalogues = resolve(import.meta.dirname, '../../packages/texts/src/catalogues');
const languages = [
  ['en', 'en'],
  ['fr', 'fr'],
  ['zh', 'zh-Hans'],
  ['pl', 'pl'],
] as const;
const place = '<div id="unloaded"></div>';

/** Fills `#unloaded` of the page with `web.shell.unloaded`: no script is needed to read it, so none may be. */
export function writeUnloaded(): Plugin {
  return {
    name: 'strongroom-unloaded',
    transformIndexHtml(html) {
      const lines = languages.map(([locale, tag]) => `<p lang="${tag}">${escapeText(readText(locale))}</p>`);
      return html.replace(place, `<div id="unloaded">${lines.join('')}</div>`);
    },
  };
}

function readText(locale: string): string {
  const texts = JSON.parse(readFileSync(resolve(catalogues, locale, 'web-shell.json'), 'utf8')) as Readonly<
    Record<string, string>
  >;
  const text = texts['web.shell.unloaded'];
  if (text === undefined) throw new Error(`no web.shell.unloaded in ${locale}`);
  return text;
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
