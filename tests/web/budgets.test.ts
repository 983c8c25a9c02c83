/**
 * What a visit costs on the wire: budgets of the design, gzip, without fonts. The key worker, the sealed viewer, the papers and the judge
 * of passwords run apart from the pages and have budgets of their own: what they weigh today and at most a tenth more.
 */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { buildWeb, webDist } from '../../tools/build-web.ts';
import { ModuleGraph } from './module-graph.ts';

const kB = 1000;
const firstRouteMax = 190 * kB;
const lazyRouteMax = 120 * kB;
const viewerMax = 600 * kB;
/** Every visit waits for it: the worker that holds the keys, before its first answer. */
const keyWorkerMax = 200 * kB;
/** The same with all it loads when it is needed: the password protocol, and X-Wing where the browser has none. */
const keyWorkerWholeMax = 385 * kB;
/** Only a paper needs it, such as the kit: the worker that makes PDFs, with the texts of the longest language. */
const papersWorkerMax = 275 * kB;
/** Only choosing a password needs it: its judge, the words that are common everywhere and those of the longer of its two languages. */
const strengthMax = 900 * kB;

let graph: ModuleGraph;

beforeAll(async () => {
  await buildWeb();
  graph = new ModuleGraph(webDist);
});

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

test('the key worker stays within 200 kB, and within 385 kB with all it may load', () => {
  const name = workerOf('index');
  expect(graph.weigh(graph.ofChunk(name))).toBeLessThanOrEqual(keyWorkerMax);
  const later = lazyImportsOf(name);
  expect(later.length).toBeGreaterThan(1);
  const whole = new Set([name, ...later].flatMap((file) => [...graph.ofChunk(file)]));
  expect(graph.weigh(whole)).toBeLessThanOrEqual(keyWorkerWholeMax);
});

test('the papers worker with the texts of a language stays within 275 kB', () => {
  const name = workerOf('make-paper');
  const texts = lazyImportsOf(name);
  const [later, first] = [texts.filter(isLater), texts.filter((file) => !isLater(file))];
  expect([first.length, later.length]).toEqual([4, 4]);
  expect(graph.weigh(graph.ofChunk(name)) + weighLargest(first) + weighLargest(later)).toBeLessThanOrEqual(
    papersWorkerMax,
  );
});

test('the judge of passwords with the words of a language stays within 900 kB', () => {
  const name = workerOf('new-password');
  const [core, common, ...languages] = lazyImportsOf(name);
  if (core === undefined || common === undefined) throw new Error('the judge loads nothing');
  expect(languages).toHaveLength(2);
  expect(graph.weigh([name, core, common]) + weighLargest(languages)).toBeLessThanOrEqual(strengthMax);
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
  const found = graph.find('web', { en: 'Waiting for you' }[language]);
  expect(found.length).toBeGreaterThan(0);
  return found.slice(0, 1);
}

/** The worker that the one built file of this name starts. */
function workerOf(prefix: string): string {
  const workers = graph
    .find(prefix)
    .flatMap((name) => graph.namedBy(name))
    .filter((name) => /^main-[\w-]{8}\.js$/u.test(name));
  expect(workers).toHaveLength(1);
  return workers[0] ?? '';
}

/** What a built file loads when it is needed, in the order in which it is written. */
function lazyImportsOf(name: string): readonly string[] {
  const source = readFileSync(join(webDist, 'assets', name), 'utf8');
  const found = [...source.matchAll(/import\([`"']\.\/([\w.-]+\.js)[`"']\)/gu)].map(
    (match) => match[1] ?? '',
  );
  return [...new Set(found)];
}

function weighLargest(names: readonly string[]): number {
  return Math.max(...names.map((name) => graph.weigh([name])));
}

function isLater(name: string): boolean {
  return name.startsWith('web-later-');
}
