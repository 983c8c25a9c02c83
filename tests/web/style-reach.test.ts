/**
 * Every class that a screen uses is styled by a file that the screen loads: a rule that stands in another screen's file works only for
 * those who have been there before.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { reach, routes, source } from './source-reach.ts';

/** Screens that are drawn inside another. */
const parents: Readonly<Record<string, string>> = Object.fromEntries(
  ['overview', 'documents', 'people', 'holds', 'ledger'].map((name) => [
    `room/room-${name}.tsx`,
    'room/room-page.tsx',
  ]),
);

function classesOf(path: string): Set<string> {
  const css = readFileSync(path, 'utf8')
    .replaceAll(/\/\*[^]*?\*\//gu, '')
    .replaceAll(/url\([^)]*\)|"[^"]*"/gu, '');
  return new Set([...css.matchAll(/\.([a-z][\w-]*)/gu)].map(([, name = '']) => name));
}

/** The words of every text in a component that could be a class. */
function wordsOf(path: string): Set<string> {
  const texts = [
    ...readFileSync(path, 'utf8').matchAll(/className=(?:"([^"]*)"|\{((?:[^{}]|\{[^{}]*\})*)\})/gu),
  ];
  return new Set(
    texts.flatMap(([, plain = '', code = '']) => [
      ...plain.split(/\s+/u),
      ...[...code.matchAll(/['`]([^'`]*)['`]/gu)].flatMap(([, text = '']) => text.split(/\s+|\$\{[^}]*\}/u)),
    ]),
  );
}

const sheets = new Map(
  readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.css'))
    .map((name) => [join(source, name), classesOf(join(source, name))] as const),
);
const everyClass = new Set([...sheets.values()].flatMap((each) => [...each]));
const shared = reach([join(source, 'main.tsx')]);
const screens = [...readFileSync(routes, 'utf8').matchAll(/import\('\.\.\/([^']+)'\)/gu)].map(
  ([, path = '']) => path,
);

test('there are screens and rules', () => {
  expect(screens.length).toBeGreaterThan(15);
  expect(everyClass.size).toBeGreaterThan(200);
});

test.each(screens)('%s loads the rules of every class it uses', (screen) => {
  const own = reach(
    [screen, parents[screen]].flatMap((path) => (path === undefined ? [] : [join(source, path)])),
  );
  const loaded = new Set([...own, ...shared].flatMap((path) => [...(sheets.get(path) ?? [])]));
  const missing = [...own]
    .filter((path) => path.endsWith('.tsx'))
    .flatMap((path) =>
      [...wordsOf(path)]
        .filter((word) => everyClass.has(word) && !loaded.has(word))
        .map((word) => `${relative(source, path)}: ${word}`),
    );
  expect(missing).toEqual([]);
});
