import { describe, expect, it } from 'vitest';
import { isFiltered, isSameView, readClientsSearch, toViewSearch } from './clients-search.ts';
import { readSavedViews } from './saved-views.ts';

describe('readClientsSearch', () => {
  it('reads what it knows', () => {
    const search = {
      class: 3,
      group: `vlt_${'a'.repeat(26)}`,
      lead: 'none',
      only: 'review',
      order: 'name',
      reversed: true,
      view: 'a1',
      dialog: 'groups',
    };
    expect(readClientsSearch(search)).toEqual(search);
  });
  it('leaves out everything else, names and words above all', () => {
    expect(
      readClientsSearch({
        class: 4,
        group: 'Corporate group',
        lead: 'Anna Lindqvist',
        only: 'x',
        order: 'x',
        reversed: true,
        view: 'My clients',
        q: 'Dubois',
        dialog: 'x',
      }),
    ).toEqual({});
  });
});

describe('views', () => {
  it('keep filters and order, and know when they were changed', () => {
    const search = readClientsSearch({ class: 2, order: 'name', view: 'a', dialog: 'groups' });
    expect(toViewSearch(search)).toEqual({ class: 2, order: 'name' });
    expect(isSameView({ class: 2 }, { class: 2 })).toBe(true);
    expect(isSameView({ class: 2 }, { class: 2, reversed: true })).toBe(false);
    expect(isFiltered({})).toBe(false);
    expect(isFiltered({ class: 0 })).toBe(true);
  });
  it('are read as far as they are understood', () => {
    const good = { id: 'a', name: 'Mine', search: { only: 'mine', q: 'Dubois' } };
    expect(readSavedViews({ views: [good, { id: 1 }, 'x'], defaultId: 'a' })).toEqual({
      views: [{ id: 'a', name: 'Mine', search: { only: 'mine' } }],
      defaultId: 'a',
    });
    expect(readSavedViews({ views: [good], defaultId: 'gone' })).not.toHaveProperty('defaultId');
    expect(readSavedViews('x')).toEqual({ views: [] });
  });
});
