import { expect, test } from 'vitest';
import { gatherChanges } from './changes.ts';

test('the first is told at once, those that follow together when the time is over', () => {
  const told: (readonly string[] | undefined)[] = [];
  let end: () => void = () => undefined;
  const tell = gatherChanges(
    (_, run) => {
      end = run;
      return () => undefined;
    },
    700,
    (areas) => void told.push(areas),
  );
  tell('records');
  tell('people');
  tell('people');
  tell('holds');
  expect(told).toEqual([['records']]);
  end();
  expect(told).toEqual([['records'], ['people', 'holds']]);
  tell('records');
  tell();
  end();
  expect(told.at(-1)).toBeUndefined();
});
