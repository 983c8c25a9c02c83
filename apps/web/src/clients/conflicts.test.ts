import type { ClientRow } from '@strongroom/device';
import { describe, expect, it } from 'vitest';
import { findConflicts, foldName, isWithin, readKnownNames } from './conflicts.ts';

function client(room: string, name: string, ...aliases: string[]): ClientRow {
  return {
    code: `C-${room.toUpperCase()}`,
    room: room as ClientRow['room'],
    vault: 'vlt_a' as ClientRow['vault'],
    name,
    aliases,
    class: 2,
    countries: [],
    isOnHold: false,
    isFrozen: false,
    memberCount: 1,
  };
}

const known = readKnownNames([
  client('a', 'Dubois Holdings SA', 'Project Aster'),
  client('b', 'Zakłady Mięsne Wierzbowa sp. z o.o.', 'Wierzbowa'),
  client('c', '北京远洋贸易有限公司'),
  client('d', 'Fund 12 LP'),
  client('e', 'Nowak'),
]);

const reasons = (typed: string): string[] =>
  findConflicts([typed], known).map(({ row, reason }) => `${row.room} ${reason}`);

describe('findConflicts', () => {
  it('finds the same name whatever its accents, case and marks', () => {
    expect(reasons('dubois  HOLDINGS, s.a.')).toEqual(['a similar']);
    expect(reasons('DUBOIS HOLDINGS SA')).toEqual(['a same']);
    expect(reasons('Zaklady Miesne Wierzbowa Sp z o o')).toEqual(['b same']);
  });
  it('finds aliases', () => {
    expect(reasons('project aster')).toEqual(['a alias']);
    expect(reasons('WIERZBOWA')).toEqual(['b alias']);
  });
  it('finds names without their legal form, in another order, and with slips', () => {
    expect(reasons('Dubois')).toEqual(['a similar']);
    expect(reasons('Holding Dubois Ltd')).toEqual(['a similar']);
    expect(reasons('Project Atser')).toEqual(['a similar']);
    expect(reasons('北京远洋贸易')).toEqual(['c similar']);
  });
  it('does not take other numbers, short words or strangers for the same', () => {
    expect(reasons('Fund 13 LP')).toEqual([]);
    expect(reasons('Novak')).toEqual([]);
    expect(reasons('Du')).toEqual([]);
    expect(reasons('x')).toEqual([]);
    expect(reasons('Harrow & Pike Shipping')).toEqual([]);
  });
  it('leaves out the client that is edited, and says each once, the surest first', () => {
    expect(findConflicts(['Nowak'], known, { except: 'e' })).toEqual([]);
    const found = findConflicts(['Dubois', 'Dubois Holdings SA', 'Nowak'], known);
    expect(found.map(({ row, reason }) => `${row.room} ${reason}`)).toEqual(['a same', 'e same']);
  });
});

describe('foldName', () => {
  it('keeps letters and figures only', () => {
    expect(foldName('  Łódź & Söhne, GmbH ')).toBe('lodz sohne gmbh');
    expect(foldName('ＡＢＣ（上海）')).toBe('abc 上海');
  });
});

describe('isWithin', () => {
  it('counts letters added, left out, changed and swapped', () => {
    expect(isWithin('kowalski', 'kowalsky', 1)).toBe(true);
    expect(isWithin('kowalski', 'kowlaski', 1)).toBe(true);
    expect(isWithin('kowalski', 'kowalskis', 1)).toBe(true);
    expect(isWithin('kowalski', 'kwalsky', 1)).toBe(false);
    expect(isWithin('', 'ab', 1)).toBe(false);
  });
});
