import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLogFile } from './log-file.ts';
import { createLogSink } from './log-sink.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'sr-log-'));
});
afterEach(() => {
  rmSync(home, { recursive: true });
});
const line = (event: string): string => `${JSON.stringify({ at: 1, event })}\n`;

test.each([
  { isTerminal: false, isJson: false },
  { isTerminal: false, isJson: true },
  { isTerminal: true, isJson: true },
])('programs read JSON lines: %o', (given) => {
  const written: string[] = [];
  createLogSink({ home, locale: 'en', ...given }, (text) => written.push(text))(line('request'));
  expect(written).toEqual([line('request')]);
  expect(readdirSync(home)).toEqual([]);
});

test('somebody at a terminal reads words about what is serious, and the lines are in a private file', () => {
  const written: string[] = [];
  const sink = createLogSink({ home, locale: 'pl', isTerminal: true, isJson: false }, (text) =>
    written.push(text),
  );
  sink(line('request'));
  expect(written).toEqual([]);
  sink(line('failed'));
  const path = join(home, 'logs', 'server.log');
  expect(written).toHaveLength(1);
  expect(written[0]).toContain(path);
  expect(written[0]).not.toContain('{');
  expect(readFileSync(path, 'utf8')).toBe(line('request') + line('failed'));
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(statSync(join(home, 'logs')).mode & 0o777).toBe(0o700);
});

test('a log that cannot be written is shown', () => {
  writeFileSync(join(home, 'logs'), '');
  const written: string[] = [];
  createLogSink({ home, locale: 'en', isTerminal: true, isJson: false }, (text) => written.push(text))(
    line('request'),
  );
  expect(written).toEqual([line('request')]);
});

test('the files are bounded in size and number, also over starts', () => {
  const path = join(home, 'logs', 'server.log');
  const bounds = { sizeBytesMax: 100, filesMax: 3 };
  for (let start = 0; start < 20; start++) {
    const append = createLogFile(path, bounds);
    for (let place = 0; place < 3; place++) append(`${'x'.repeat(39)}\n`);
  }
  expect(readdirSync(join(home, 'logs')).sort()).toEqual(['server.log', 'server.log.1', 'server.log.2']);
  for (const name of readdirSync(join(home, 'logs')))
    expect(statSync(join(home, 'logs', name)).size).toBeLessThanOrEqual(100);
});
