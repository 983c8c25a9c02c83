// Texts that nothing says, and texts of buttons that are too long for a phone.
//
// Read without a parser: an id is said where it stands as a string, or where a template makes it out of words that stand in
// the code themselves (`web.clients.column.${id}` says `web.clients.column.lead` because 'lead' stands there too).

import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Check } from './outcome.ts';
import { listSourceFiles } from './source-files.ts';

const CATALOGUES = 'packages/texts/src/catalogues';
const TEXTS = 'packages/texts/src/';

/** A button of this many characters stands beside another one on a phone in every language. */
const SHORT_MAX = 24;
/** Longer ones may be that much longer than in English. */
const GROWTH_MAX = 1.4;

export const texts: Check = {
  name: 'texts',
  run(root) {
    const code = readCode(root);
    const english = readCatalogue(root, 'en');
    const problems = [
      ...findUnsaid([...english.keys()], code).map((id) => `${id}: a text that nothing says`),
      ...findLongButtons(root, english, code),
    ];
    return Promise.resolve({ isGreen: problems.length === 0, output: problems.join('\n') });
  },
};

/** The product's code and pages, without tests and without what is generated from the catalogues. */
function readCode(root: string): readonly string[] {
  const pages = globSync('apps/**/*.html', {
    cwd: root,
    exclude: (name) => name === 'node_modules' || name === 'dist',
  });
  return [...listSourceFiles(root, ['packages', 'apps', 'tools']), ...pages]
    .filter((path) => !path.startsWith(`${TEXTS}catalogues/`) && path !== `${TEXTS}ids.ts`)
    .filter((path) => !/\.test\.tsx?$/.test(path))
    .map((path) => readFileSync(join(root, path), 'utf8'));
}

function readCatalogue(root: string, language: string): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (const path of globSync(`${CATALOGUES}/${language}/*.json`, { cwd: root }))
    for (const [id, text] of Object.entries(
      JSON.parse(readFileSync(join(root, path), 'utf8')) as Record<string, string>,
    ))
      texts.set(id, text);
  return texts;
}

function findUnsaid(ids: readonly string[], code: readonly string[]): string[] {
  const words = new Set<string>();
  const templates = new Map<string, RegExp>();
  for (const text of code) {
    for (const match of text.matchAll(/(['"`])([\w .<>[\]-]+)\1|[A-Za-z_$][\w$]*/g)) {
      const literal = match[2] ?? match[0];
      words.add(literal);
      // A command names its arguments in brackets.
      for (const inner of literal.matchAll(/[<[]([\w-]+)/g)) words.add(inner[1] ?? '');
    }
    for (const match of text.matchAll(/`([a-z]+\.[a-z.-]*\$\{(?:[^`{}]|\{[^{}]*\})*\}[^`\s]*)`/g)) {
      const template = match[1] ?? '';
      const fixed = template.split(/\$\{(?:[^{}]|\{[^{}]*\})*\}/).map((part) => part.replaceAll('.', '\\.'));
      templates.set(template, new RegExp(`^${fixed.join('(.+)')}$`));
    }
  }
  // The path of a command is written with spaces, and its help with dots.
  const isWord = (part: string): boolean => words.has(part) || words.has(part.replaceAll('.', ' '));
  return ids.filter(
    (id) =>
      !words.has(id) &&
      ![...templates.values()].some((template) => template.exec(id)?.slice(1).every(isWord) ?? false),
  );
}

/** Ids of texts that stand on a button: the last child of one, or of a link that looks like one. */
function listButtonTexts(code: readonly string[]): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const text of code) {
    for (const [, child] of text.matchAll(/\{((?:[^{}]|\{[^{}]*\})*)\}\s*<\/Button>/g))
      for (const [, id] of (child ?? '').matchAll(/['"`]([a-z]+\.[\w.-]+)['"`]/g)) ids.add(id ?? '');
    for (const [, id] of text.matchAll(
      /buttonClass\((?:[^()]|\([^()]*\))*\)\}?[^<]*>\s*(?:<[A-Z]\w* aria-hidden="true" \/>\s*)?\{t\('([\w.-]+)'/g,
    ))
      ids.add(id ?? '');
  }
  return ids;
}

function findLongButtons(
  root: string,
  english: ReadonlyMap<string, string>,
  code: readonly string[],
): readonly string[] {
  const buttons = [...listButtonTexts(code)].filter((id) => english.has(id)).toSorted();
  const languages = globSync(`${CATALOGUES}/*/`, { cwd: root }).map((path) => basename(path));
  return languages.flatMap((language) => {
    const catalogue = readCatalogue(root, language);
    return buttons.flatMap((id) => {
      const length = measure(catalogue.get(id) ?? '');
      const max = Math.max(SHORT_MAX, GROWTH_MAX * measure(english.get(id) ?? ''));
      return length > max
        ? [`${id} (${language}): ${String(length)} characters on a button, ${String(Math.floor(max))} fit`]
        : [];
    });
  });
}

/** Length of a text at its longest: of a plural the longest form, of an argument three characters. */
function measure(text: string): number {
  const longest = text.replace(
    /\{\w+, plural,((?:\s*=?\w+ \{(?:[^{}]|\{\w+\})*\})+)\s*\}/g,
    (_, forms: string) =>
      [...forms.matchAll(/\{((?:[^{}]|\{\w+\})*)\}/g)]
        .map((form) => form[1] ?? '')
        .reduce((best, form) => (form.length > best.length ? form : best), ''),
  );
  return longest.replace(/\{\w+\}|#/g, '123').length;
}
