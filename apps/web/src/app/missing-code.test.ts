import { AccessError } from '@strongroom/core';
import { expect, test } from 'vitest';
import { isMissingCode } from './missing-code.ts';

test('code that cannot be fetched is told from code that fails', () => {
  expect(isMissingCode(new TypeError('Failed to fetch dynamically imported module: /assets/room-x.js'))).toBe(
    true,
  );
  expect(isMissingCode(new TypeError('error loading dynamically imported module: /assets/room-x.js'))).toBe(
    true,
  );
  expect(isMissingCode(new TypeError('Importing a module script failed.'))).toBe(true);
  expect(isMissingCode(new Error('Unable to preload CSS for /assets/room-x.css'))).toBe(true);
  expect(isMissingCode(new TypeError('Cannot read properties of undefined'))).toBe(false);
  expect(isMissingCode(new TypeError('Failed to fetch'))).toBe(false);
  expect(isMissingCode(new AccessError('DEVICE_LOCKED'))).toBe(false);
  expect(isMissingCode('dynamically imported module')).toBe(false);
});
