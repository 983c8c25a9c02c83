/**
 * The ledger as strangers get it: emitted, packed, installed from its tarball alone into an empty folder without a network, and run there by
 * whatever plain Node the machine has. What runs is the example of its README, and an export of ours.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { emitLedger } from '../../tools/emit/ledger-package.ts';

const root = resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'strongroom-standalone-'));
const place = join(folder, 'stranger');
const notes = join(root, 'tests/vectors/ledger/notes.json');
/** Without what npm hands down to its scripts: the stranger has his own. */
const env = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^npm_|^NODE_OPTIONS$/i.test(name)),
);

/** The machine's own Node beside ours, where it has one that is new enough; it knows nothing of types. */
const ownNode = ['/usr/bin/node', '/usr/local/bin/node'].find((path) => {
  if (!existsSync(path)) return false;
  const version = spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout;
  return Number(/^v(\d+)/.exec(version)?.[1] ?? 0) >= 20;
});

function run(node: string, file: string): string {
  const plain = node === process.execPath ? ['--no-strip-types'] : [];
  return execFileSync(node, [...plain, join(place, file)], { cwd: place, encoding: 'utf8', env });
}

beforeAll(async () => {
  const { folder: made } = await emitLedger({ root, folder: join(folder, 'dist') });
  const npm = (args: readonly string[], cwd: string): string =>
    execFileSync('npm', [...args, '--offline', '--cache', join(folder, 'cache')], {
      cwd,
      encoding: 'utf8',
      env,
    });
  npm(['pack', made, '--silent'], folder);
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'));
  mkdirSync(place);
  writeFileSync(join(place, 'package.json'), '{ "private": true, "type": "module" }\n');
  npm(['install', join(folder, tarball ?? ''), '--silent', '--no-audit', '--no-fund'], place);
  const [, example = ''] =
    /```ts\n([\s\S]*?)```/.exec(readFileSync(join(root, 'packages/ledger/README.md'), 'utf8')) ?? [];
  writeFileSync(join(place, 'example.mjs'), example);
  writeFileSync(join(place, 'example.ts'), example);
  writeFileSync(
    join(place, 'proof.mjs'),
    `import './example.mjs';
import { readFileSync } from 'node:fs';
import { createSignatureEngine, parsePolicy, StrongroomError, verifyTlogProof } from '@strongroom/ledger';
const { policy, proof } = JSON.parse(readFileSync(${JSON.stringify(notes)}, 'utf8'));
const engine = createSignatureEngine();
const entry = Uint8Array.from(proof.entry.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
const trust = parsePolicy(engine, policy);
const { index } = await verifyTlogProof(engine, { policy: trust, proof: proof.text, entry });
const other = await verifyTlogProof(engine, { policy: trust, proof: proof.text, entry: entry.slice(1) }).catch((error) => error);
console.log(index === proof.index, other instanceof StrongroomError && other.code);
`,
  );
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('installs alone, and holds nothing of ours but the ledger', () => {
  expect(readdirSync(join(place, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual([
    '@strongroom',
  ]);
  const installed = join(place, 'node_modules/@strongroom/ledger');
  expect(readdirSync(installed).sort()).toEqual([
    'LICENSE',
    'README.md',
    'THIRD-PARTY-LICENSES',
    'index.js',
    'package.json',
    'types',
  ]);
  expect(readFileSync(join(installed, 'index.js'), 'utf8')).not.toMatch(/^import |\bimport\(/m);
  const types = readdirSync(join(installed, 'types'), { recursive: true, encoding: 'utf8' });
  for (const path of types.filter((name) => name.endsWith('.d.ts'))) {
    const text = readFileSync(join(installed, 'types', path), 'utf8');
    for (const [, target = ''] of text.matchAll(/from '([^']+)'/g)) {
      const declared = join(installed, 'types', dirname(path), target.replace(/\.js$/, '.d.ts'));
      expect(existsSync(declared), `${path} names ${target}`).toBe(true);
    }
  }
});

test.each([process.execPath, ...(ownNode === undefined ? [] : [ownNode])])(
  'runs on plain Node: %s',
  (node) => {
    expect(run(node, 'proof.mjs')).toBe('entry 0 is in example.com/log\ntrue PROOF_INVALID\n');
  },
);

test('has types that the example of its README holds to, and a wrong use does not', () => {
  const options = [
    '--strict',
    '--noEmit',
    '--module',
    'nodenext',
    '--target',
    'es2024',
    '--lib',
    'es2024,dom',
    '--types',
    '',
  ];
  // Where the types allowed it, the line after the mark would be the error.
  const wrong =
    "import { RightEdge } from '@strongroom/ledger';\n// @ts-expect-error -- no engine\nRightEdge.create('engine');\n";
  writeFileSync(join(place, 'wrong.ts'), wrong);
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const { stdout } = spawnSync(process.execPath, [tsc, ...options, 'example.ts', 'wrong.ts'], {
    cwd: place,
    encoding: 'utf8',
  });
  expect(stdout).toBe('');
});
