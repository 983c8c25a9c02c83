/** The core's own vectors and, where they lie beside the project, the outside ones. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { createWebEngine, runCoreVectors } from '@strongroom/core';
import type { CoreVector } from '@strongroom/core';
import { createNodeEngine } from '@strongroom/core/node';
import { vectorFormats } from '../../tools/vectors/formats.ts';
import { runVectors } from '../../tools/vectors/run-vectors.ts';

const directory = fileURLToPath(new URL('core/', import.meta.url));
const outside = fileURLToPath(new URL('../../../shared/vectors', import.meta.url));
const files = readdirSync(directory).filter((name) => name.endsWith('.json'));

describe.each([
  ['node', createNodeEngine()],
  ['web, native HPKE', createWebEngine({ hpke: 'native' })],
  ['web, noble HPKE', createWebEngine({ hpke: 'noble' })],
])('%s', (_name, engine) => {
  test.each(files)('%s', async (file) => {
    const { vectors } = JSON.parse(readFileSync(directory + file, 'utf8')) as { readonly vectors: readonly CoreVector[] };
    expect(vectors.length).toBeGreaterThan(0);
    expect(await runCoreVectors(engine, vectors)).toEqual({ passed: vectors.length, failures: [] });
  });
});

test('a wrong output is noticed', async () => {
  const { vectors } = JSON.parse(readFileSync(`${directory}keys.json`, 'utf8')) as { readonly vectors: readonly CoreVector[] };
  const altered = vectors.map((vector) => ({ ...vector, output: { ...vector.output, extra: 1 } }));
  expect((await runCoreVectors(createNodeEngine(), altered)).failures.length).toBe(vectors.length);
});

const python = spawnSync('python3', ['-c', 'import cryptography.hazmat.primitives.ciphers.aead'], { stdio: 'ignore' });
test.skipIf(python.status !== 0)('a second implementation, in Python, agrees [skipped: no python3 with its cryptography package]', () => {
  const script = fileURLToPath(new URL('check_core_vectors.py', import.meta.url));
  const run = spawnSync('python3', [script, directory], { encoding: 'utf8' });
  expect(run.stderr).toBe('');
  expect(run.stdout).toMatch(/^\d+ values agree\n$/);
  expect(run.status).toBe(0);
});

test.skipIf(!existsSync(outside))('outside vectors pass [skipped: no ../shared/vectors beside the project]', async () => {
  const reports = await runVectors(outside, vectorFormats);
  expect(reports.filter((report) => report.result.failures.length > 0)).toEqual([]);
  expect(reports.length).toBeGreaterThanOrEqual(22);
});

test('a file of an unknown format is an error', async () => {
  const reports = await runVectors(directory, []);
  expect(reports.length).toBe(files.length);
  expect(reports.every((report) => report.result.failures.includes('unknown format'))).toBe(true);
});
