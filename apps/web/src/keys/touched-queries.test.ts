import { expect, test } from 'vitest';
import { isTouched } from './touched-queries.ts';

test('long lists are asked for again only after writes that change them', () => {
  expect(isTouched('clients', ['records'])).toBe(false);
  expect(isTouched('clients', ['records', 'clients'])).toBe(true);
  expect(isTouched('people', ['openings'])).toBe(false);
  expect(isTouched('people', ['people'])).toBe(true);
});

test('everything else is asked for again after every write, and all when anything may have changed', () => {
  for (const query of ['lines', 'records-newest', 'constructor', undefined])
    expect(isTouched(query, ['records'])).toBe(true);
  for (const query of ['clients', 'people', 'lines']) expect(isTouched(query, undefined)).toBe(true);
});
