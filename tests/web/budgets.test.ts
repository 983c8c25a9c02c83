/**
 * What a visit costs on the wire: budgets of the design, gzip, without fonts. The sealed viewer, the papers and the judge of passwords run
 * apart from the pages and have budgets of their own.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { buildWeb, webDist } from '../../tools/build-web.ts';
import { ModuleGraph } from './module-graph.ts';

const kB = 1000;
const firstRouteMax = 190 * kB;
const lazyRouteMax = 120 * kB;
const viewerMax = 600 * kB;

let graph: ModuleGraph;

beforeAll(async () => {
  await buildWeb();
  graph = new ModuleGraph(webDist);
}, 120_000);

test('the page and the first screen after unlocking stay within 190 kB', () => {
  const first = new Set([...graph.ofPage('index.html'), ...screen('today-page'), ...locale('en')]);
  expect(graph.weigh(first)).toBeLessThanOrEqual(firstRouteMax);
});

describe('each screen that is loaded later brings at most 120 kB more', () => {
  const source = readFileSync(resolve(import.meta.dirname, '../../apps/web/src/app/routes.tsx'), 'utf8');
  const screens = [...source.matchAll(/import\('\.\.\/[\w-]+\/([\w-]+)\.tsx'\)/gu)].map(
    (match) => match[1] ?? '',
  );

  test('the map of the app names its screens', () => {
    expect(screens.length).toBeGreaterThan(15);
  });

  test.each(screens)('%s', (name) => {
    const there = graph.ofPage('index.html');
    const more = [...screen(name)].filter((file) => !there.has(file));
    expect(more.length).toBeGreaterThan(0);
    expect(graph.weigh(more)).toBeLessThanOrEqual(lazyRouteMax);
  });
});

test('the sealed viewer with a PDF stays within 600 kB, and the page loads nothing of it', () => {
  const viewer = new Set([...graph.ofPage('viewer.html'), ...screen('pdf-view')]);
  expect(graph.weigh(viewer)).toBeLessThanOrEqual(viewerMax);
  const page = graph.ofPage('index.html');
  expect([...screen('pdf-view')].filter((file) => page.has(file) && file.startsWith('pdf'))).toEqual([]);
});

test('one language is loaded, not four', () => {
  const page = graph.ofPage('index.html');
  expect([...page].filter((name) => name.startsWith('web-'))).toEqual([]);
});

function screen(name: string): ReadonlySet<string> {
  const [chunk] = graph.find(name);
  if (chunk === undefined) throw new Error(`no built file for ${name}`);
  return graph.ofChunk(chunk);
}

/** The texts of a language are the lazy file that holds its words. */
function locale(language: 'en'): readonly string[] {
  const word = { en: 'Waiting for you' }[language];
  const found = readdirSync(join(webDist, 'assets')).filter(
    (name) =>
      /^web-.*\.js$/u.test(name) && readFileSync(join(webDist, 'assets', name), 'utf8').includes(word),
  );
  expect(found.length).toBeGreaterThan(0);
  return found.slice(0, 1);
}
