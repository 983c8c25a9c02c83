/** Texts that arrive after the first ones are used by screens only that wait for them. */
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { laterScreenAreas } from '../../tools/texts.ts';
import { reach, routes, source } from './source-reach.ts';

const map = readFileSync(routes, 'utf8');
const late = new RegExp(`['\`]web\\.(?:${laterScreenAreas.join('|')})\\.`, 'u');

/** Screens of the map, by whether they wait. */
function screens(waiting: boolean): readonly string[] {
  return [...map.matchAll(/lazyRouteComponent\(\s*(withAllTexts\(\s*)?\(\) => import\('\.\.\/([^']+)'\)/gu)]
    .filter(([, waits]) => (waits !== undefined) === waiting)
    .map(([, , path = '']) => path);
}

const using = (files: Iterable<string>): readonly string[] =>
  [...files].filter((path) => /\.tsx?$/u.test(path) && late.test(readFileSync(path, 'utf8')));

test('there are screens of both kinds, and those that wait use such texts', () => {
  expect(screens(true).length).toBeGreaterThan(3);
  expect(screens(false).length).toBeGreaterThan(8);
  expect(using(reach(screens(true).map((path) => join(source, path))))).not.toEqual([]);
});

test.each(['main.tsx', ...screens(false)])('%s uses none of them, nor does what it brings', (screen) => {
  const found = using(reach([join(source, screen)], true));
  expect(found.map((path) => relative(source, path))).toEqual([]);
});
