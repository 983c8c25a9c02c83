/** The finder finds: a canary test whose finder is blind passes for ever. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { Finder } from './finder.ts';
import { makeMark, markOfBytes } from './marks.ts';
import { searchFolder } from './search.ts';

const mark = makeMark('planted');
const finder = new Finder([makeMark('other'), mark, makeMark('third')]);

/** The same bytes in the middle of noise, at an odd place. */
function hide(bytes: Uint8Array): Uint8Array {
  return Buffer.concat([randomBytes(4_097), bytes, randomBytes(333)]);
}

const writings: readonly (readonly [string, (text: string) => Uint8Array])[] = [
  ['utf-8', (text) => Buffer.from(text)],
  ['utf-8 decomposed', (text) => Buffer.from(text.normalize('NFD'))],
  ['utf-8 composed', (text) => Buffer.from(text.normalize('NFC'))],
  ['utf-8 in capitals', (text) => Buffer.from(text.toUpperCase())],
  ['utf-16le', (text) => Buffer.from(text, 'utf16le')],
  ['utf-16be', (text) => Buffer.from(text, 'utf16le').swap16()],
  ['utf-8 taken for latin-1', (text) => Buffer.from(Buffer.from(text).toString('latin1'))],
  ['hexadecimal', (text) => Buffer.from(Buffer.from(text).toString('hex'))],
  ['hexadecimal in capitals', (text) => Buffer.from(Buffer.from(text).toString('hex').toUpperCase())],
  ['an address', (text) => Buffer.from(`/clients?name=${encodeURIComponent(text)}&x=1`)],
  [
    'an address in small letters',
    (text) => Buffer.from(encodeURIComponent(text).replaceAll(/%../gu, (each) => each.toLowerCase())),
  ],
  ['JSON', (text) => Buffer.from(JSON.stringify({ name: text }))],
  [
    'JSON with escapes',
    (text) =>
      Buffer.from(
        JSON.stringify(text).replaceAll(
          /[^ -~]/gu,
          (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`,
        ),
      ),
  ],
  [
    'JSON with escapes in capitals',
    (text) =>
      Buffer.from(
        JSON.stringify(text).replaceAll(
          /[^ -~]/gu,
          (each) => `\\u${each.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`,
        ),
      ),
  ],
  ['a list of numbers', (text) => Buffer.from(JSON.stringify([...Buffer.from(text)]))],
  ['HTML', (text) => Buffer.from(Array.from(text, (each) => `&#${each.codePointAt(0)};`).join(''))],
  ['a bare SHA-256', (text) => createHash('sha256').update(text).digest()],
  [
    'a bare SHA-256 in base64url',
    (text) => Buffer.from(createHash('sha256').update(text).digest('base64url')),
  ],
];

test.each(writings)('a mark is found as %s', (_name, write) => {
  expect(finder.find(hide(write(mark.text))).map(({ mark: name }) => name)).toContain('planted');
  for (const fragment of mark.fragments) {
    expect(finder.find(hide(write(fragment))).map(({ mark: name }) => name)).toContain('planted');
  }
});

test.each([0, 1, 2])('a mark is found in base64 and base64url, %i bytes in', (shift) => {
  for (const fragment of mark.fragments) {
    for (const encoding of ['base64', 'base64url'] as const) {
      const text = Buffer.concat([randomBytes(33 + shift), Buffer.from(fragment), randomBytes(20)]).toString(
        encoding,
      );
      expect(finder.find(hide(Buffer.from(text))).map(({ mark: name }) => name)).toContain('planted');
    }
  }
});

test('marked bytes are found, in a row or written down', () => {
  const key = randomBytes(16);
  const keys = new Finder([markOfBytes('key', key)]);
  for (const bytes of [
    key,
    Buffer.from(key.toString('hex')),
    Buffer.from(`{"k":"${key.toString('base64url')}"}`),
  ]) {
    expect(keys.find(hide(bytes))).toHaveLength(1);
  }
});

test('what is not there is not found, and neither is half of it', () => {
  expect(finder.find(randomBytes(3_000_000))).toEqual([]);
  expect(finder.find(Buffer.from(mark.fragments[0]!.slice(0, 15)))).toEqual([]);
});

test('a mark is found in a database, in its write-ahead log, in a name of a file, and across pages by its row', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sr-canary-finder-'));
  try {
    const database = new DatabaseSync(join(folder, 'x.sqlite'));
    database.exec('PRAGMA journal_mode = WAL; PRAGMA page_size = 512; CREATE TABLE t (a TEXT, b BLOB)');
    database.prepare('INSERT INTO t VALUES (?, ?)').run(mark.text, randomBytes(10));
    const places = searchFolder(finder, folder).map(({ place }) => place);
    expect(places).toContain('x.sqlite t.a');
    expect(places).toContain('x.sqlite-wal');
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    expect(searchFolder(finder, folder).map(({ place }) => place)).toContain('x.sqlite');
    database.close();
    // A value over many pages is cut by their headers; the row has it whole.
    const long = new DatabaseSync(join(folder, `${mark.fragments[0]}.sqlite`));
    long.exec('CREATE TABLE t (a BLOB)');
    for (let shift = 0; shift < 40; shift++)
      long
        .prepare('INSERT INTO t VALUES (?)')
        .run(Buffer.concat([randomBytes(4_000 + shift), Buffer.from(mark.text)]));
    long.close();
    const named = searchFolder(finder, folder);
    expect(named.some(({ place }) => place.startsWith('name '))).toBe(true);
    expect(named.some(({ place }) => place.endsWith('.sqlite t.a'))).toBe(true);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
