import { expect, test } from 'vitest';
import { listWorkspaces, type Manifest, readRepositoryFile } from './repository.ts';

/** Which of our packages each of our packages may declare: docs/ARCHITECTURE.md. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  'packages/core': [],
  'packages/ledger': ['core'],
  'packages/authority': ['core', 'ledger'],
  'packages/protocol': ['core', 'ledger', 'authority'],
  'packages/texts': ['core'],
  'packages/device': ['core', 'ledger', 'authority', 'protocol'],
  'apps/warden': ['core', 'ledger', 'authority'],
  'apps/server': ['core', 'ledger', 'authority', 'protocol', 'texts', 'warden'],
  'apps/verifier': ['core', 'ledger', 'authority', 'texts'],
  'apps/backup': ['core', 'ledger', 'authority', 'warden'],
  'apps/witness': ['core', 'ledger', 'server', 'warden'],
  'apps/web': ['core', 'texts', 'device'],
  'apps/cli': [
    'core',
    'ledger',
    'authority',
    'protocol',
    'texts',
    'device',
    'server',
    'verifier',
    'warden',
    'witness',
    'backup',
    'web',
  ],
};

const EXACT_VERSION = /^\d+\.\d+\.\d+(-[0-9a-z.]+)?$/;

const root = JSON.parse(readRepositoryFile('package.json')) as Manifest;
const workspaces = listWorkspaces();

test('every workspace has its line in the table of allowed packages', () => {
  expect(workspaces.map(({ folder }) => folder).sort()).toEqual(Object.keys(ALLOWED).sort());
});

test.each(workspaces)(
  '$folder declares no package of ours that it may not import',
  ({ folder, manifest }) => {
    const declared = listDependencies(manifest).filter(([name]) => name.startsWith('@strongroom/'));
    const allowed = (ALLOWED[folder] ?? []).map((name) => `@strongroom/${name}`);
    expect(declared.map(([name]) => name).filter((name) => !allowed.includes(name))).toEqual([]);
  },
);

test.each([{ folder: '.', manifest: root }, ...workspaces])(
  '$folder names exact versions',
  ({ manifest }) => {
    expect(listDependencies(manifest).filter(([, version]) => !EXACT_VERSION.test(version))).toEqual([]);
  },
);

/** What a workspace needs for its types or tests alone: ours, or a library that another workspace ships at that version. */
test.each(workspaces)('$folder has its tools in the root package.json only', ({ manifest }) => {
  const shipped = new Set(
    workspaces
      .flatMap((one) => Object.entries(one.manifest.dependencies ?? {}))
      .map((pair) => pair.join(' ')),
  );
  const tools = Object.entries(manifest.devDependencies ?? {}).filter(
    ([name, version]) => !name.startsWith('@strongroom/') && !shipped.has(`${name} ${version}`),
  );
  expect(tools).toEqual([]);
  expect(manifest).not.toHaveProperty('scripts');
});

test('each runtime dependency has its line, with its version, in the ADR', () => {
  const adr = readRepositoryFile('docs/adr/0002-dependencies.md');
  const described = [...adr.matchAll(/^\| `([^`]+)` \| ([^ |]+) \|/gm)].map((row) => `${row[1]} ${row[2]}`);
  const declared = [
    ...workspaces.map(({ manifest }) => manifest),
    { name: root.name, optionalDependencies: root.optionalDependencies ?? {} },
  ]
    .flatMap(listDependencies)
    .filter(([name]) => !name.startsWith('@strongroom/'))
    .map(([name, version]) => `${name} ${version}`);
  expect(described.sort()).toEqual([...new Set(declared)].sort());
});

test('one version of each dependency in all packages', () => {
  const versions = Map.groupBy(
    workspaces.flatMap(({ manifest }) => listDependencies(manifest)),
    ([name]) => name,
  );
  const several = [...versions].filter(
    ([, entries]) => new Set(entries.map(([, version]) => version)).size > 1,
  );
  expect(several).toEqual([]);
});

test('only development tools come with an install script, which is not run', () => {
  const lock = JSON.parse(readRepositoryFile('package-lock.json')) as {
    readonly packages: Readonly<
      Record<string, { readonly hasInstallScript?: boolean; readonly dev?: boolean }>
    >;
  };
  const scripted = Object.entries(lock.packages).filter(([, entry]) => entry.hasInstallScript === true);
  expect(scripted.filter(([path, entry]) => entry.dev !== true && !path.endsWith('/fsevents'))).toEqual([]);
  expect(readRepositoryFile('.npmrc').split('\n')).toContain('ignore-scripts=true');
});

function listDependencies(manifest: Manifest): [name: string, version: string][] {
  return [manifest.dependencies, manifest.devDependencies, manifest.optionalDependencies].flatMap((group) =>
    Object.entries(group ?? {}),
  );
}
