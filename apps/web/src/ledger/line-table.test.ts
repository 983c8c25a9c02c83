import type { LineReport, LineRow } from '@strongroom/device';
import type { PersonId, RoomId, VaultId } from '@strongroom/core';
import { createTranslator } from '@strongroom/texts';
import { expect, test } from 'vitest';
import { makeLineTable } from './line-table.ts';

const person = 'per_aaaaaaaaaaaaaaaaaaaaaaaaaa' as NonNullable<LineRow['person']>;
const record = 'rec_aaaaaaaaaaaaaaaaaaaaaaaaaa' as LineRow['records'][number];
const room = 'rom_aaaaaaaaaaaaaaaaaaaaaaaaaa' as NonNullable<LineRow['room']>;
const line: LineRow = {
  ledger: 'vlt_aaaaaaaaaaaaaaaaaaaaaaaaaa' as VaultId,
  index: 7,
  atMs: 1_790_000_000_000,
  kind: 'released',
  hash: 'ab'.repeat(32),
  person,
  room,
  records: [record],
  facts: { parts: 2, bodies: 1 },
  purpose: 'review',
  names: { clientCode: 'C-2K7Q' },
};
const report: LineReport = { lines: [line], origin: 'o', size: 8, root: 'cd', madeAtMs: 1_790_000_100_000 };
const texts = { ...createTranslator('en'), intlTag: 'en' };

test('without a statement a list holds ids and codes, whatever names the page knows', () => {
  const known = new Map<PersonId | RoomId, string>([
    [person, 'Ada Vogel'],
    [room, 'Oran Holdings'],
  ]);
  const text = JSON.stringify(makeLineTable(report, texts, known).rows);
  expect(text).toContain(person);
  expect(text).toContain(record);
  expect(text).toContain('C-2K7Q');
  expect(text).not.toMatch(/Ada|Oran/u);
});

test('with one it holds names and reasons', () => {
  const named = {
    ...report,
    statement: { ledger: line.ledger, index: 9, hash: 'ef', atMs: 1 },
    lines: [
      {
        ...line,
        reason: 'the closing',
        names: { person: 'Ada Vogel', client: 'Oran Holdings', records: ['deed.pdf'] },
      },
    ],
  };
  const [row] = makeLineTable(named, texts, new Map([[person, 'Ada Vogel']])).rows;
  expect(row).toEqual([
    '7',
    '2026-09-21T14:13:20.000Z',
    'Ada Vogel opened deed.pdf',
    'Ada Vogel',
    'Oran Holdings',
    'review: the closing',
    'ab'.repeat(32),
  ]);
});
