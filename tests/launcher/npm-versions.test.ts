// npm before 11.6 makes no node_modules/.bin/node when several platform packages offer one. A workspace with the
// repository's own runtime entries, hashes included, is installed by such an npm and by a newer one.

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLauncherTree, type Ended, REPOSITORY, RUNTIME_PACKAGE, start } from './launcher-tree.ts';

const NPM_VERSIONS = ['10.9.4', '11.0.0', '11.21.2'];

interface Lock {
  readonly packages: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const isReachable = await canReachRegistry();
let downloads: string;

beforeAll(() => {
  downloads = mkdtempSync(join(tmpdir(), 'strongroom-npm-'));
});
afterAll(() => rmSync(downloads, { recursive: true, force: true }));

test.skipIf(!isReachable).each(NPM_VERSIONS)(
  'npm %s installs the runtime and runs scripts on it [skipped: no package registry within reach]',
  async (version) => {
    const npm = await downloadNpm(version);
    const tree = createLauncherTree('missing');
    try {
      tree.put('package.json', JSON.stringify(rootManifest()));
      tree.put('package-lock.json', JSON.stringify(runtimeLock()));
      tree.put('.npmrc', readFileSync(join(REPOSITORY, '.npmrc'), 'utf8'));
      expect(await start('node', [npm, 'ci'], tree.root).ended).toMatchObject({ code: 0 });
      expect(existsSync(join(tree.root, 'node_modules', RUNTIME_PACKAGE))).toBe(true);

      const ran = await start('node', [npm, 'run', '--silent', 'report', '--', 'x'], tree.root).ended;
      expect(ran).toMatchObject({ code: 0 });
      const report = JSON.parse(ran.stdout) as { version: string; child: string; args: string[] };
      expect(report.version).toMatch(/^v26\./);
      expect(report.child).toMatch(/^v26\./);
      expect(report.args).toEqual(['x']);

      const failed = await start('node', [npm, 'run', '--silent', 'fail'], tree.root).ended;
      expect(failed.code).toBe(77);
    } finally {
      tree.remove();
    }
  },
);

async function canReachRegistry(): Promise<boolean> {
  const flags = ['--fetch-retries=0', '--fetch-timeout=10000'];
  try {
    const ended = await start('npm', ['view', `npm@${NPM_VERSIONS[0]}`, 'version', ...flags], tmpdir()).ended;
    return ended.code === 0;
  } catch {
    // There is no npm on this machine.
    return false;
  }
}

/** @returns path of that npm's npm-cli.js */
async function downloadNpm(version: string): Promise<string> {
  const packed = await start('npm', ['pack', '--silent', `npm@${version}`], downloads).ended;
  const folder = join(downloads, version);
  mkdirSync(folder);
  const unpacked = await start(
    'tar',
    ['-xzf', join(downloads, packed.stdout.trim()), '-C', folder],
    downloads,
  ).ended;
  assertEndedWell(packed);
  assertEndedWell(unpacked);
  return join(folder, 'package', 'bin', 'npm-cli.js');
}

function assertEndedWell(ended: Ended): void {
  if (ended.code !== 0) throw new Error(`ended with ${ended.code}: ${ended.stderr}`);
}

function rootManifest(): Readonly<Record<string, unknown>> {
  const manifest = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8')) as Record<
    string,
    unknown
  >;
  return {
    name: manifest['name'],
    version: manifest['version'],
    private: true,
    type: 'module',
    optionalDependencies: manifest['optionalDependencies'],
    scripts: { report: 'node tools/run.mjs apps/cli/src/main.ts', fail: 'node tools/run.mjs exit.ts 77' },
  };
}

/** The repository's lockfile with nothing but the runtime in it. */
function runtimeLock(): Readonly<Record<string, unknown>> {
  const lock = JSON.parse(readFileSync(join(REPOSITORY, 'package-lock.json'), 'utf8')) as Lock;
  const runtimeNames = Object.keys(rootManifest()['optionalDependencies'] as object);
  const runtimes = runtimeNames.map((name) => [
    `node_modules/${name}`,
    lock.packages[`node_modules/${name}`],
  ]);
  const { name, version, optionalDependencies } = rootManifest();
  return {
    ...lock,
    name,
    version,
    packages: { '': { name, version, optionalDependencies }, ...Object.fromEntries(runtimes) },
  };
}
