import type { RecordRow } from '@strongroom/device';
import { expect, test } from 'vitest';
import { freeName, intoFolder, planFiles, renameFile } from './plan-files.ts';

const row = (name: string, folder: readonly string[], state: RecordRow['state'] = 'present'): RecordRow =>
  ({ name, folder, state }) as RecordRow;
const file = (name: string): File => new File(['x'], name);

test('a file clashes with a document of its name in its folder, whatever the case, and with nothing else', () => {
  const rows = [row('Deed.PDF', ['Deeds']), row('Gone.pdf', [], 'destroyed'), row('Letter.pdf', [])];
  const plan = planFiles(
    [
      { file: file('deed.pdf'), folder: ['Deeds'] },
      { file: file('deed.pdf'), folder: [] },
      { file: file('Gone.pdf'), folder: [] },
      { file: file('Letter.pdf'), folder: [] },
    ],
    rows,
  );
  expect(plan.fresh.map(({ file: { name }, folder }) => [name, folder])).toEqual([
    ['deed.pdf', []],
    ['Gone.pdf', []],
  ]);
  expect(plan.clashes.map(({ existing }) => existing.name)).toEqual(['Deed.PDF', 'Letter.pdf']);
});

test('a free name counts up before the ending', () => {
  expect(freeName('Deed.pdf', new Set())).toBe('Deed.pdf');
  expect(freeName('Deed.pdf', new Set(['deed.pdf', 'Deed (2).pdf']))).toBe('Deed (3).pdf');
  expect(freeName('.env', new Set(['.env']))).toBe('.env (2)');
  expect(freeName('README', new Set(['README']))).toBe('README (2)');
});

test('a renamed file keeps its bytes, type and date', async () => {
  const renamed = renameFile(new File(['abc'], 'a.txt', { type: 'text/plain', lastModified: 7 }), 'b.txt');
  expect([renamed.name, renamed.type, renamed.lastModified, await renamed.text()]).toEqual([
    'b.txt',
    'text/plain',
    7,
    'abc',
  ]);
});

test('what is chosen lands below the folder it was chosen into; what systems leave in folders is left out', () => {
  const chosen = intoFolder(
    [
      { file: file('a.txt'), folder: ['Tree', 'Sub'] },
      { file: file('.DS_Store'), folder: ['Tree'] },
      { file: file('Thumbs.db'), folder: [] },
      { file: file('b.txt'), folder: [] },
    ],
    ['Deeds'],
  );
  expect(chosen.map(({ file: { name }, folder }) => [name, folder])).toEqual([
    ['a.txt', ['Deeds', 'Tree', 'Sub']],
    ['b.txt', ['Deeds']],
  ]);
});
