import type { RecordClass } from '@strongroom/device';
import { expect, test } from 'vitest';
import { maySetClass } from './class-rights.ts';

const levels: readonly RecordClass[] = [0, 1, 2, 3];
const nobody = { isManager: false, isOfficer: false };
const manager = { isManager: true, isOfficer: false };
const officer = { isManager: false, isOfficer: true };
const both = { isManager: true, isOfficer: true };

test('managers raise the level, officers lower it, and nobody else does either', () => {
  for (const from of levels)
    for (const to of levels.filter((level) => level !== from)) {
      expect(maySetClass(from, to, manager)).toBe(to > from);
      expect(maySetClass(from, to, officer)).toBe(to < from);
      expect(maySetClass(from, to, nobody)).toBe(false);
    }
});

test('who changed the level can take it back only with both rights', () => {
  for (const from of levels)
    for (const to of levels.filter((level) => level !== from)) {
      expect(maySetClass(from, to, both) && maySetClass(to, from, both)).toBe(true);
      for (const one of [manager, officer])
        expect(maySetClass(from, to, one) && maySetClass(to, from, one)).toBe(false);
    }
});

test('a level that stays may be chosen by everybody', () => {
  for (const level of levels) expect(maySetClass(level, level, nobody)).toBe(true);
});
