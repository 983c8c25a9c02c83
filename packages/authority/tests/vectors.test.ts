import { readFileSync } from 'node:fs';
import { createWebEngine } from '@strongroom/core';
import { createNodeEngine } from '@strongroom/core/node';
import { describe, expect, it } from 'vitest';
import { makeVectors, vectorsFolder } from './make-vectors.ts';
import { runAuthorityVectors } from './vectors-run.ts';
import type { AuthorityVectors } from './vectors-run.ts';

function load(): AuthorityVectors {
  const names = ['entries', 'requests', 'heads', 'folding'];
  const files = names.map((name) => [
    name,
    JSON.parse(readFileSync(new URL(`${name}.json`, vectorsFolder), 'utf8')),
  ]);
  return Object.fromEntries(files) as AuthorityVectors;
}

describe('the vectors of authority', () => {
  it.each([
    ['node', () => createNodeEngine()],
    ['web', () => createWebEngine()],
  ])('hold with the %s engine', async (_, create) => {
    const report = await runAuthorityVectors(create(), load());
    expect(report.failed).toEqual([]);
    expect(report.passed).toBeGreaterThan(60);
  });

  it('are what the fixed seeds make', async () => {
    expect(JSON.parse(JSON.stringify(await makeVectors()))).toEqual(load());
  });

  it('fail when one byte is another', async () => {
    const vectors = load();
    const [first, ...rest] = vectors.entries.accepted;
    if (first === undefined) throw new Error('there are vectors');
    const accepted = [{ ...first, entryHash: `00${first.entryHash.slice(2)}` }, ...rest];
    const report = await runAuthorityVectors(createNodeEngine(), {
      ...vectors,
      entries: { ...vectors.entries, accepted },
    });
    expect(report.failed).toEqual(['entry firm.created']);
  });
});
