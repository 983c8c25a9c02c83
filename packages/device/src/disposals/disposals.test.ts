import { newId } from '@strongroom/core';
import { createNodeEngine } from '@strongroom/core/node';
import type { RecordRow } from '@strongroom/authority';
import { describe, expect, test } from 'vitest';
import { assertComplete, listItems } from './disposals.ts';

const engine = createNodeEngine();
const disposal = newId(engine, 'dsp');
const record = newId(engine, 'rec');
const other = newId(engine, 'rec');

function rowOf(of: RecordRow['record'], version: number, slot: number): RecordRow {
  return {
    record: of,
    version,
    home: newId(engine, 'rom'),
    kind: 'document',
    class: 1,
    header: new Uint8Array(32),
    device: newId(engine, 'dev'),
    person: newId(engine, 'per'),
    index: 1,
    atMs: 1,
    wraps: [
      { part: 'card', epoch: 1, slot, hw: new Uint8Array(32).fill(slot) },
      { part: 'body', epoch: 1, slot: slot + 1, hw: new Uint8Array(32).fill(slot + 1) },
    ],
  };
}

const rows = [rowOf(record, 1, 10), rowOf(record, 2, 20), rowOf(other, 1, 30)];
const items = listItems(rows, [record]);
const refused = expect.objectContaining({ code: 'DISPOSAL_INCOMPLETE' }) as Error;

describe('the list of a disposal', () => {
  test('names every live wrap of every version, and nothing else', () => {
    expect(items.map(([, version, part, slot]) => [version, part, slot])).toEqual([
      [1, 'card', 10],
      [1, 'body', 11],
      [2, 'card', 20],
      [2, 'body', 21],
    ]);
    assertComplete(rows, { id: disposal, items });
  });

  test.each<[string, typeof items]>([
    ['a wrap left out', items.slice(1)],
    ['a version left out', items.slice(0, 2)],
    ['a wrap named twice', [...items.slice(1), ...items.slice(1, 2)]],
    [
      'a wrap of another context',
      items.map(([of, version, part, slot], index) => [
        of,
        version,
        part,
        slot,
        new Uint8Array(32).fill(index),
      ]),
    ],
    [
      'a slot of another record',
      items.map(([of, version, part, slot, hw]) => [of, version, part, slot === 10 ? 30 : slot, hw]),
    ],
  ])('%s is refused', (_name, altered) => {
    expect(() => assertComplete(rows, { id: disposal, items: altered })).toThrow(refused);
  });

  test('a slot that a record outside the list uses too is refused: destroying it would destroy that record', () => {
    const twin = rowOf(newId(engine, 'rec'), 1, 11);
    expect(() => assertComplete([...rows, twin], { id: disposal, items })).toThrow(refused);
  });
});
