// A small tree with the repository's own packages, walls and tool settings, and almost no code: what the check tools say
// about it depends on them alone, not on the state of the product.

import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const REPOSITORY = resolve(import.meta.dirname, '../..');

const COPIED = [
  '.dependency-cruiser.cjs',
  '.oxfmtrc.json',
  '.oxlintrc.json',
  'knip.json',
  'tools/lint/ambient-plugin.mjs',
  'tsconfig.base.json',
  'tsconfig.json',
];

const PACKAGES = [
  'packages/core',
  'packages/ledger',
  'packages/authority',
  'packages/protocol',
  'packages/texts',
  'packages/device',
  'apps/warden',
  'apps/server',
  'apps/verifier',
  'apps/backup',
  'apps/witness',
  'apps/web',
  'apps/cli',
];

/** The one part of another app that an app may take. */
const PARTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'apps/witness': { '@strongroom/server': '@strongroom/server/listening' },
  'apps/cli': {
    '@strongroom/server': '@strongroom/server/fsck',
    '@strongroom/web': '@strongroom/web/papers',
  },
};

const LINE_LENGTH_MAX = 110;

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

export interface SmallTree {
  readonly root: string;
  /** Writes a file; undefined removes it. */
  put(path: string, text: string | undefined): void;
  remove(): void;
}

/** Makes the tree in a new temporary directory. Every check is green on it. */
export function createSmallTree(): SmallTree {
  const root = mkdtempSync(join(tmpdir(), 'strongroom-check-'));
  const tree: SmallTree = {
    root,
    put(path, text) {
      const file = join(root, path);
      mkdirSync(dirname(file), { recursive: true });
      if (text === undefined) rmSync(file);
      else writeFileSync(file, text);
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
  for (const path of COPIED) cpSync(join(REPOSITORY, path), join(root, path), { recursive: true });
  for (const folder of PACKAGES) putPackage(tree, folder);
  putRoot(tree);
  linkModules(root);
  return tree;
}

function putPackage(tree: SmallTree, folder: string): void {
  const { devDependencies: _, ...manifest } = readManifest(folder);
  const ours = Object.entries(manifest.dependencies ?? {}).filter(([name]) =>
    name.startsWith('@strongroom/'),
  );
  tree.put(`${folder}/package.json`, formatJson({ ...manifest, dependencies: Object.fromEntries(ours) }));
  const imports = ours
    .map(([name]) => `import { name as ${shortName(name)} } from '${PARTS[folder]?.[name] ?? name}';\n`)
    .join('');
  const names = [...ours.map(([name]) => shortName(name)), `'${shortName(manifest.name)}'`];
  const line = `export const name: string = [${names.join(', ')}].join(' ');`;
  const lines = `export const name: string = [\n${names.map((name) => `  ${name},\n`).join('')}].join(' ');`;
  // Of the staff app the worker that holds the keys alone takes all of what the app is declared to take.
  const user = folder === 'apps/web' ? 'key-worker/main.ts' : 'index.ts';
  tree.put(
    `${folder}/src/${user}`,
    `${imports}${imports === '' ? '' : '\n'}${line.length > LINE_LENGTH_MAX ? lines : line}\n`,
  );
  if (folder === 'apps/server')
    for (const part of ['fsck', 'listening'])
      tree.put(`${folder}/src/${part}/index.ts`, `export const name: string = '${part}';\n`);
  if (folder === 'apps/web')
    for (const part of ['.', 'papers/worker'])
      tree.put(`${folder}/src/${part}/index.ts`, `export const name: string = 'web ${part}';\n`);
  if (folder === 'packages/core')
    tree.put(`${folder}/src/node/index.ts`, `export { sep } from 'node:path';\n`);
  if (folder.startsWith('packages/')) {
    cpSync(join(REPOSITORY, folder, 'tsconfig.json'), join(tree.root, folder, 'tsconfig.json'));
  }
}

function putRoot(tree: SmallTree): void {
  const { optionalDependencies: _, scripts: __, bin: ___, ...manifest } = readManifest('.');
  const kept = [
    'typescript',
    '@types/node',
    'oxlint',
    'oxlint-tsgolint',
    'oxfmt',
    'dependency-cruiser',
    '@swc/core',
  ];
  const versions = Object.entries(manifest.devDependencies ?? {}).filter(([name]) => kept.includes(name));
  tree.put('package.json', formatJson({ ...manifest, devDependencies: Object.fromEntries(versions) }));
}

/** Links the installed packages, and ours to the tree's own folders. */
function linkModules(root: string): void {
  const installed = join(REPOSITORY, 'node_modules');
  const modules = join(root, 'node_modules');
  mkdirSync(join(modules, '@strongroom'), { recursive: true });
  for (const entry of readdirSync(installed)) {
    if (entry !== '@strongroom' && !entry.startsWith('.')) {
      symlinkSync(join(installed, entry), join(modules, entry), 'junction');
    }
  }
  for (const folder of PACKAGES) {
    symlinkSync(join(root, folder), join(modules, readManifest(folder).name), 'junction');
  }
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(REPOSITORY, folder, 'package.json'), 'utf8')) as Manifest;
}

function shortName(packageName: string): string {
  return packageName.replace('@strongroom/', '');
}

function formatJson(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
