/** The demo's documents are what their types say, and the same for the same seed. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { crc32, inflateRawSync, inflateSync } from 'node:zlib';
import { chromium } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { planClients } from '../../tools/demo/client-names.ts';
import { bankDetails, duboisPapers, planPapers } from '../../tools/demo/papers.ts';
import type { Paper } from '../../tools/demo/papers.ts';
import { createSeededRandom } from '../../tools/demo/seeded-random.ts';

const executablePath = '/usr/bin/chromium';

function planAll(seed: number): { readonly paper: Paper; readonly bytes: Buffer }[] {
  const random = createSeededRandom(seed);
  const clients = planClients(random, 14);
  const papers = [
    ...duboisPapers,
    bankDetails,
    ...clients.flatMap((client) => planPapers(random, client, 6)),
  ];
  return papers.map((paper) => ({ paper, bytes: Buffer.from(paper.write(random)) }));
}

function digestOf(seed: number): string {
  const hash = createHash('sha256');
  for (const { paper, bytes } of planAll(seed)) hash.update(paper.name).update(bytes);
  return hash.digest('hex');
}

const all = planAll(1);

function ofType(type: string): typeof all {
  const found = all.filter(({ paper }) => paper.type === type);
  expect(found.length, type).toBeGreaterThan(0);
  return found;
}

test('the same seed gives the same bytes, another seed others', () => {
  expect(digestOf(5)).toBe(digestOf(5));
  expect(digestOf(5)).not.toBe(digestOf(6));
});

test('no name comes twice in a folder, and no client twice', () => {
  const clients = planClients(createSeededRandom(2), 200);
  expect(new Set(clients.map(({ name }) => name)).size).toBe(200);
  expect(new Set(clients.map(({ language }) => language))).toEqual(new Set(['en', 'fr', 'pl', 'zh']));
  for (const client of clients.slice(0, 40)) {
    const places = planPapers(createSeededRandom(3), client, 40).map(({ folder, name }) =>
      [...folder, name].join('/'),
    );
    expect(new Set(places).size).toBe(40);
  }
});

describe('PDF', () => {
  test('every entry of the table points at its object, and every stream unpacks', () => {
    for (const { paper, bytes } of ofType('application/pdf')) {
      const text = bytes.toString('latin1');
      const tableAt = Number(/startxref\s+(\d+)\s+%%EOF\s*$/.exec(text)?.[1]);
      expect(text.slice(tableAt, tableAt + 4), paper.name).toBe('xref');
      const rows = [...text.slice(tableAt).matchAll(/^(\d{10}) \d{5} n/gm)];
      expect(rows.length).toBeGreaterThan(5);
      for (const [index, row] of rows.entries())
        expect(text.slice(Number(row[1])).startsWith(`${index + 1} 0 obj`), paper.name).toBe(true);
      for (const stream of text.matchAll(/\/Length (\d+) >>\nstream\n/g)) {
        const from = stream.index + stream[0].length;
        expect(inflateSync(bytes.subarray(from, from + Number(stream[1]))).length).toBeGreaterThan(0);
      }
    }
  });

  test('Polish letters are written by their glyphs, never as question marks', () => {
    const { bytes } = all.find(({ paper }) => paper.name.startsWith('Umowa o zachowaniu'))!;
    const text = bytes.toString('latin1');
    const streams = [...text.matchAll(/\/Length (\d+) >>\nstream\n/g)].map((stream) => {
      const from = stream.index + stream[0].length;
      return inflateSync(bytes.subarray(from, from + Number(stream[1]))).toString('latin1');
    });
    const page = streams.find((stream) => stream.includes('Tj'))!;
    const codes = [...page.matchAll(/\\(\d{3})/g)].map(([, code]) => Number.parseInt(code!, 8));
    expect(codes).not.toContain(0x3f);
    expect(codes.some((code) => code < 0x20)).toBe(true);
  });
});

test('Office documents are archives whose parts unpack to what they say', () => {
  const types = [
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  ];
  for (const { paper, bytes } of types.flatMap((type) => ofType(type))) {
    const end = bytes.length - 22;
    expect(bytes.readUInt32LE(end), paper.name).toBe(0x06_05_4b_50);
    const names: string[] = [];
    let at = bytes.readUInt32LE(end + 16);
    for (let count = bytes.readUInt16LE(end + 10); count > 0; count--) {
      expect(bytes.readUInt32LE(at)).toBe(0x02_01_4b_50);
      const nameLength = bytes.readUInt16LE(at + 28);
      const name = bytes.toString('utf8', at + 46, at + 46 + nameLength);
      const local = bytes.readUInt32LE(at + 42);
      const from = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
      const part = inflateRawSync(bytes.subarray(from, from + bytes.readUInt32LE(at + 20)));
      expect([part.length, crc32(part)]).toEqual([bytes.readUInt32LE(at + 24), bytes.readUInt32LE(at + 16)]);
      names.push(name);
      at += 46 + nameLength;
    }
    expect(names.slice(0, 2)).toEqual(['[Content_Types].xml', '_rels/.rels']);
    expect(names.some((name) => name === 'word/document.xml' || name === 'xl/workbook.xml')).toBe(true);
  }
});

test.skipIf(!existsSync(executablePath))('pictures are shown by a browser', async () => {
  const browser = await chromium.launch({ executablePath, chromiumSandbox: false, args: ['--disable-gpu'] });
  try {
    const page = await browser.newPage();
    for (const type of ['image/png', 'image/jpeg']) {
      for (const { paper, bytes } of ofType(type).slice(0, 5)) {
        const size = await page.evaluate(
          async (address) => {
            const Picture = (
              globalThis as unknown as {
                Image: new () => {
                  src: string;
                  naturalWidth: number;
                  naturalHeight: number;
                  decode(): Promise<void>;
                };
              }
            ).Image;
            const picture = new Picture();
            picture.src = address;
            await picture.decode();
            return [picture.naturalWidth, picture.naturalHeight];
          },
          `data:${type};base64,${bytes.toString('base64')}`,
        );
        expect(Math.min(...size), paper.name).toBeGreaterThan(100);
      }
    }
  } finally {
    await browser.close();
  }
});
