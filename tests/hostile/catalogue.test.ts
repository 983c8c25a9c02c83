/** The catalogue of attacks, its tests and the patches that prove them name the same ids. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isErrorCode } from '@strongroom/core';
import { attacks } from './harness/attacks.ts';

const root = resolve(import.meta.dirname, '../..');
const patches = readdirSync(join(root, 'tests/mutations')).filter((name) => name.endsWith('.patch'));

test('ids are unique, sorted and each has a patch; no patch is without an attack', () => {
  const ids = attacks.map(({ id }) => id);
  const order = new Intl.Collator('en', { numeric: true });
  expect([...new Set(ids)].sort(order.compare)).toEqual(ids);
  expect(patches.map((name) => name.slice(0, -'.patch'.length)).sort(order.compare)).toEqual(ids);
});

describe.each(attacks)('$id', ({ id, tests, expected }) => {
  test('its files have tests that begin with the id', () => {
    expect(tests.length).toBeGreaterThan(0);
    for (const file of tests) {
      expect(readFileSync(join(root, file), 'utf8')).toMatch(
        new RegExp(`test(\\.each\\([^)]+\\))?\\(\\s*['\`]${id}: `),
      );
    }
  });

  test('its refusals are codes of the contract', () => {
    expect(expected.length).toBeGreaterThan(0);
    expect(expected.filter((code) => !isErrorCode(code) && !/^(VOID_|STALE_)/.test(code))).toEqual([]);
  });

  test('its patch applies to the tree as it is', () => {
    const path = join(root, 'tests/mutations', `${id}.patch`);
    const { status, stderr } = spawnSync('git', ['apply', '--check', path], { cwd: root, encoding: 'utf8' });
    expect(status, stderr).toBe(0);
  });

  test('its patch says in front what it removes', () => {
    const patch = readFileSync(join(root, 'tests/mutations', `${id}.patch`), 'utf8');
    expect(patch.slice(0, patch.indexOf('\ndiff '))).toMatch(new RegExp(`^${id}: .{20,}`, 's'));
  });
});
