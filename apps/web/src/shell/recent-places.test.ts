import { expect, test } from 'vitest';
import { putFirst, readPlace } from './recent-places.ts';

const record = `rec_${'a'.repeat(26)}`;

test('rooms, documents and people are places; lists and what is no id are not', () => {
  expect(readPlace('/clients/C-2K7Q/documents')).toEqual({ kind: 'room', code: 'C-2K7Q' });
  expect(readPlace(`/clients/C-2K7Q/d/${record}`)).toEqual({ kind: 'document', code: 'C-2K7Q', record });
  expect(readPlace(`/people/per_${'b'.repeat(26)}`)).toEqual({
    kind: 'person',
    person: `per_${'b'.repeat(26)}`,
  });
  for (const none of ['/', '/clients', '/clients/new', '/people', '/people/Anna', '/ledger'])
    expect(readPlace(none)).toBeUndefined();
});

test('the newest stands first, none twice, and the oldest go', () => {
  expect(putFirst(['/b', '/a'], '/a')).toEqual(['/a', '/b']);
  const many = Array.from({ length: 20 }, (_, index) => `/${String(index)}`);
  expect(putFirst(many, '/x')).toHaveLength(12);
});
