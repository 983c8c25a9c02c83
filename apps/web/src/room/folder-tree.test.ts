import type { RecordRow } from '@strongroom/device';
import { expect, test } from 'vitest';
import { findDocuments, orderDocuments } from './document-order.ts';
import { contentsOf, isWithin, listFolders, moveWithin } from './folder-tree.ts';

function rowOf(name: string, folder: readonly string[], more: Partial<RecordRow> = {}): RecordRow {
  return {
    record: `rec_${[...folder, name].join('-')}` as RecordRow['record'],
    version: 1,
    contentVersion: 1,
    room: 'rom_1' as RecordRow['room'],
    name,
    type: '',
    folder,
    sizeBytes: 10,
    modifiedAtMs: 0,
    writtenAtMs: 0,
    author: 'per_1' as RecordRow['author'],
    class: 2,
    isOnHold: false,
    state: 'present',
    labels: {},
    versions: 1,
    openings: 0,
    ...more,
  };
}

const rows = [
  rowOf('Letter.pdf', []),
  rowOf('Deed 10.pdf', ['Deeds']),
  rowOf('Deed 9.pdf', ['Deeds', 'Old']),
  rowOf('Note.txt', ['Deeds', 'Old', 'Drafts']),
  rowOf('Umowa o poufności.pdf', ['Łódź']),
];

test('a folder holds its documents and the folders below it, which count all that lies in them', () => {
  const top = contentsOf(rows, []);
  expect(top.documents.map(({ name }) => name)).toEqual(['Letter.pdf']);
  expect(top.folders.map(({ name, documents }) => [name, documents.length])).toEqual([
    ['Deeds', 3],
    ['Łódź', 1],
  ]);
  const old = contentsOf(rows, ['Deeds', 'Old']);
  expect(old.documents.map(({ name }) => name)).toEqual(['Deed 9.pdf']);
  expect(old.folders.map(({ path }) => path)).toEqual([['Deeds', 'Old', 'Drafts']]);
});

test('a path is within itself and its outer folders only: names are compared whole', () => {
  expect(isWithin(['Deeds', 'Old'], ['Deeds'])).toBe(true);
  expect(isWithin(['Deeds'], ['Deeds', 'Old'])).toBe(false);
  expect(isWithin(['Deeds/Old'], ['Deeds', 'Old'])).toBe(false);
});

test('all folders are listed once, outer before inner', () => {
  expect(listFolders(rows)).toEqual([['Deeds'], ['Deeds', 'Old'], ['Deeds', 'Old', 'Drafts'], ['Łódź']]);
});

test('a moved folder keeps its name and what lies below it', () => {
  expect(moveWithin(['Deeds', 'Old', 'Drafts'], ['Deeds', 'Old'], ['Archive'])).toEqual([
    'Archive',
    'Old',
    'Drafts',
  ]);
  expect(moveWithin(['Deeds', 'Old'], ['Deeds', 'Old'], [])).toEqual(['Old']);
});

test('numbers in names stand by value, and destroyed documents last whichever way', () => {
  const gone = rowOf('', [], { state: 'destroyed', record: 'rec_gone' as RecordRow['record'] });
  const order = (isReversed: boolean): string[] =>
    orderDocuments([gone, ...rows], { sort: 'name', isReversed }).map(({ name }) => name);
  expect(order(false)).toEqual([
    'Deed 9.pdf',
    'Deed 10.pdf',
    'Letter.pdf',
    'Note.txt',
    'Umowa o poufności.pdf',
    '',
  ]);
  expect(order(true).at(0)).toBe('Umowa o poufności.pdf');
  expect(order(true).at(-1)).toBe('');
});

test('every word must be found, in name or folder, without regard to accents and case', () => {
  const found = (text: string): string[] => findDocuments(rows, text).map(({ name }) => name);
  expect(found('POUFNOSCI')).toEqual(['Umowa o poufności.pdf']);
  expect(found('lodz umowa')).toEqual(['Umowa o poufności.pdf']);
  expect(found('deeds old')).toEqual(['Deed 9.pdf', 'Note.txt']);
  expect(found('deed letter')).toEqual([]);
  expect(found('  ')).toHaveLength(rows.length);
});
