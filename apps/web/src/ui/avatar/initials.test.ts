import { describe, expect, it } from 'vitest';
import { avatarColourCount, avatarColourOf, initialsOf } from './initials.ts';

describe('initialsOf', () => {
  it.each([
    ['Anna Lindqvist', 'AL'],
    ['  anna   lindqvist ', 'AL'],
    ['Thomas Fontaine-Roux', 'TF'],
    ['T. Fontaine', 'TF'],
    ['Łukasz Świątek', 'ŁŚ'],
    ['Élodie de la Tour', 'ÉT'],
    ['Cher', 'C'],
    ['O’Brien Sean', 'OS'],
    ['赵悦', '赵悦'],
    ['欧阳明远', '明远'],
    ['李 明', '李明'],
    ['', ''],
    ['—', ''],
    ['Anna (née Holm)', 'AH'],
  ])('%j is %j', (name, initials) => {
    expect(initialsOf(name)).toBe(initials);
  });
});

describe('avatarColourOf', () => {
  it('is the same for one id, and spreads over all colours', () => {
    expect(avatarColourOf('per_a')).toBe(avatarColourOf('per_a'));
    const seen = new Set(Array.from({ length: 200 }, (_, index) => avatarColourOf(`per_${index}`)));
    expect(seen.size).toBe(avatarColourCount);
    expect(Math.max(...seen)).toBe(avatarColourCount - 1);
  });
});
