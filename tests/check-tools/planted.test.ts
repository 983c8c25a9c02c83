// A check that cannot fail protects nothing: each kind of violation is planted in a small tree and must be reported.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { format } from '../../tools/check/format.ts';
import { lint } from '../../tools/check/lint.ts';
import type { Check } from '../../tools/check/outcome.ts';
import { texts } from '../../tools/check/texts.ts';
import { types } from '../../tools/check/types.ts';
import { unused } from '../../tools/check/unused.ts';
import { walls } from '../../tools/check/walls.ts';
import { createSmallTree, type SmallTree } from './small-tree.ts';

interface Planted {
  readonly what: string;
  readonly check: Check;
  readonly files: Readonly<Record<string, string>>;
  /** Each must occur in what the check prints. */
  readonly reports: readonly string[];
}

const CORE = 'packages/core/src/planted.ts';
const WARDEN = 'apps/warden/src/planted.ts';

const PLANTED: readonly Planted[] = [
  plantLint('Date.now', CORE, 'export const now: number = Date.now();', 'Date.now is not allowed'),
  plantLint('new Date()', CORE, 'export const now: Date = new Date();', 'new Date() is not allowed'),
  plantLint(
    'Temporal.Now',
    WARDEN,
    'export const now: unknown = Temporal.Now.instant();',
    'Temporal.Now is not allowed',
  ),
  plantLint(
    'Math.random',
    WARDEN,
    'export const dice: number = Math.random();',
    'Math.random is not allowed',
  ),
  plantLint('setTimeout', WARDEN, 'setTimeout(() => undefined, 1);', 'setTimeout is not allowed'),
  plantLint(
    'setInterval by globalThis',
    WARDEN,
    'globalThis.setInterval(() => undefined, 1);',
    'setInterval is not allowed',
  ),
  plantLint(
    'a timer module',
    WARDEN,
    `import { setTimeout as wait } from 'node:timers/promises';\nawait wait(1);`,
    'timers',
  ),
  plantLint('a DOM global in core', CORE, `document.title = 'x';`, `'document'`),
  plantLint('the network in core', CORE, `await fetch('x');`, `'fetch'`),
  plantLint('a Node global in core', CORE, `export const bytes: Uint8Array = Buffer.from('x');`, `'Buffer'`),
  plantLint('a Node module in core', CORE, `export { sep } from 'node:path';`, 'node:path'),
  plantLint(
    'markup from a string',
    'apps/server/src/planted.ts',
    `export function show(page: { innerHTML: string }): void {\n  page.innerHTML = '<b>';\n}`,
    'innerHTML',
  ),
  plantLint('a promise nobody waits for', WARDEN, 'Promise.resolve(1);', 'no-floating-promises'),
  plantWall(
    'core importing ledger',
    CORE,
    `export { name } from '@strongroom/ledger';`,
    'wall-packages-core',
  ),
  plantWall(
    'server importing device',
    'apps/server/src/planted.ts',
    `export { name } from '@strongroom/device';`,
    'wall-apps-server',
  ),
  plantWall(
    'warden importing protocol',
    WARDEN,
    `export { name } from '@strongroom/protocol';`,
    'wall-apps-warden',
  ),
  plantWall(
    'cli importing server',
    'apps/cli/src/planted.ts',
    `export { name } from '@strongroom/server';`,
    'cli-takes-fsck-only',
  ),
  plantWall(
    'core/node in a package for browsers',
    'packages/device/src/planted.ts',
    `export { sep } from '@strongroom/core/node';`,
    'core-node-is-for-node',
  ),
  plantWall(
    'a package without walls',
    'packages/extra/src/index.ts',
    `export { name } from '@strongroom/core';`,
    'no-unknown-package',
  ),
  plantWall('an import of nothing', CORE, `export { name } from './absent.ts';`, 'no-unresolvable'),
  {
    what: 'a deep import',
    check: walls,
    files: {
      'packages/core/src/inner.ts': `export const inner: string = 'x';\n`,
      'packages/ledger/src/planted.ts': `export { inner } from '../../core/src/inner.ts';\n`,
    },
    reports: ['no-deep-import-of-a-package', 'packages-import-by-name'],
  },
  {
    what: 'a deep import of the warden by the server',
    check: walls,
    files: {
      'apps/warden/src/state/release-state.ts': `export const state: string = 'x';\n`,
      'apps/server/src/planted.ts': `export { state } from '../../warden/src/state/release-state.ts';\n`,
    },
    reports: ['no-deep-import-from-an-app'],
  },
  {
    what: 'release state opened outside the warden',
    check: lint,
    files: {
      'packages/core/src/index.ts': `export const name: string = 'core';\nexport const openReleaseState: string = 'x';\n`,
      'apps/server/src/planted.ts': `export { openReleaseState } from '@strongroom/core';\n`,
      'apps/cli/src/planted.ts': `import { openReleaseState } from '@strongroom/core';\n\nexport const x: string = openReleaseState;\n`,
    },
    reports: [
      'Only apps/warden opens release state',
      'apps/server/src/planted.ts',
      'apps/cli/src/planted.ts',
    ],
  },
  {
    what: 'a deep import by a test',
    check: walls,
    files: {
      'packages/core/src/inner.ts': `export const inner: string = 'x';\n`,
      'tests/planted.ts': `export { inner } from '../packages/core/src/inner.ts';\n`,
    },
    reports: ['no-deep-import-from-outside'],
  },
  {
    what: 'a cycle',
    check: walls,
    files: {
      'packages/core/src/one.ts': `import { two } from './two.ts';\n\nexport const one = (): string => two();\n`,
      'packages/core/src/two.ts': `import { one } from './one.ts';\n\nexport const two = (): string => one();\n`,
    },
    reports: ['no-cycle'],
  },
  {
    what: 'a handler reaching a store',
    check: walls,
    files: {
      'apps/server/src/storage/vaults.ts': `export const vaults: string = 'x';\n`,
      'apps/server/src/http/handler.ts': `export { vaults } from '../storage/vaults.ts';\n`,
    },
    reports: ['server-http-never-storage'],
  },
  {
    what: 'a store reaching a feature',
    check: walls,
    files: {
      'apps/server/src/features/records/index.ts': `export const records: string = 'x';\n`,
      'apps/server/src/storage/vaults.ts': `export { records } from '../features/records/index.ts';\n`,
    },
    reports: ['server-storage-never-upwards'],
  },
  {
    what: `a feature reaching another feature's inside`,
    check: walls,
    files: {
      'apps/server/src/features/records/inside.ts': `export const inside: string = 'x';\n`,
      'apps/server/src/features/holds/index.ts': `export { inside } from '../records/inside.ts';\n`,
    },
    reports: ['server-feature-inside'],
  },
  {
    what: 'an unformatted file',
    check: format,
    files: { [CORE]: `export const   planted:string="x"\n` },
    reports: [CORE],
  },
  {
    what: 'an unused export',
    check: unused,
    files: {
      'packages/core/src/index.ts': `import { used } from './planted.ts';\n\nexport const name: string = used;\n`,
      [CORE]: `export const used: string = 'x';\nexport const forgotten: string = 'y';\n`,
    },
    reports: ['Unused exports', 'forgotten'],
  },
  {
    what: 'an unused file',
    check: unused,
    files: { [CORE]: `export const x: number = 1;\n` },
    reports: ['Unused files', CORE],
  },
  {
    what: 'an undeclared dependency',
    check: unused,
    files: {
      'packages/core/src/index.ts': `import { z } from 'zod';\n\nexport const name: string = typeof z;\n`,
    },
    reports: ['Unlisted dependencies', 'zod'],
  },
  {
    what: 'an undeclared package of ours',
    check: unused,
    files: {
      'packages/texts/src/index.ts': `import { name as core } from '@strongroom/core';\nimport { name as ledger } from '@strongroom/ledger';\n\nexport const name: string = core + ledger;\n`,
    },
    reports: ['Unlisted dependencies', '@strongroom/ledger'],
  },
  {
    what: 'a text that nothing says',
    check: texts,
    files: {
      'packages/texts/src/catalogues/en/web-room.json': `{ "web.room.tab.files": "Files", "web.room.tab.people": "People", "web.room.old": "Old" }\n`,
      'apps/web/src/planted.ts': "export const id = (tab: 'files'): string => `web.room.tab.${tab}`;\n",
    },
    reports: ['web.room.tab.people: a text that nothing says', 'web.room.old: a text that nothing says'],
  },
  {
    what: 'a button that is too long in another language',
    check: texts,
    files: {
      'packages/texts/src/catalogues/en/web-room.json': `{ "web.room.go": "Send {count, plural, one {# file} other {# files}}" }\n`,
      'packages/texts/src/catalogues/fr/web-room.json': `{ "web.room.go": "Envoyer tout de suite {count, plural, one {# fichier} other {# fichiers}}" }\n`,
      'apps/web/src/planted.tsx': `export const go = <Button>{t('web.room.go', { count: 2 })}</Button>;\n`,
    },
    reports: ['web.room.go (fr): 34 characters on a button, 24 fit'],
  },
  plantType('a type error', `export const planted: number = 'x';`, 'TS2322'),
  plantType(
    'an index that may be absent',
    `export const first = (list: string[]): string => list[0];`,
    'TS2322',
  ),
  plantType('an export without a type', `export const planted = Math.max(1, 2);`, 'TS9010'),
  plantType('an enum', `export enum Planted {\n  A,\n}`, 'TS1294'),
  plantType('Node in core', `export const planted: string = process.version;`, 'packages/core/tsconfig.json'),
  plantType(
    'a page in core',
    `export const planted: string = document.title;`,
    'packages/core/tsconfig.json',
  ),
];

describe('check tools', () => {
  let tree: SmallTree;
  beforeAll(() => {
    tree = createSmallTree();
  });
  afterAll(() => tree.remove());

  test.each([types, lint, unused, walls, texts, format])('$name is green on a clean tree', async (check) => {
    expect(await check.run(tree.root)).toEqual({ isGreen: true, output: '' });
  });

  test.each(PLANTED)('$check.name reports $what', async ({ check, files, reports }) => {
    const planted = createSmallTree();
    try {
      for (const [path, text] of Object.entries(files)) planted.put(path, text);
      const outcome = await check.run(planted.root);
      expect(outcome.isGreen).toBe(false);
      for (const report of reports) expect(outcome.output).toContain(report);
    } finally {
      planted.remove();
    }
  });

  test('walls is red when the graph was not read', async () => {
    const planted = createSmallTree();
    try {
      const settings = `module.exports = { forbidden: [], options: { exclude: { path: ['^packages/'] } } };\n`;
      planted.put('.dependency-cruiser.cjs', settings);
      const outcome = await walls.run(planted.root);
      expect(outcome.isGreen).toBe(false);
      expect(outcome.output).toContain('packages/core/src/index.ts: was not read');
    } finally {
      planted.remove();
    }
  });

  test('lint lets the warden open release state', async () => {
    const planted = createSmallTree();
    try {
      const core = `export const name: string = 'core';\nexport const openReleaseState: string = 'x';\n`;
      planted.put('packages/core/src/index.ts', core);
      planted.put('apps/warden/src/planted.ts', `export { openReleaseState } from '@strongroom/core';\n`);
      expect(await lint.run(planted.root)).toEqual({ isGreen: true, output: '' });
    } finally {
      planted.remove();
    }
  });

  test('lint lets the files that build the context use the clock', async () => {
    const planted = createSmallTree();
    try {
      planted.put('apps/server/src/context.ts', 'export const now: number = Date.now();\n');
      planted.put('apps/server/src/clock-system.ts', 'export const now: number = Date.now();\n');
      expect(await lint.run(planted.root)).toEqual({ isGreen: true, output: '' });
    } finally {
      planted.remove();
    }
  });
});

function plantLint(what: string, path: string, code: string, report: string): Planted {
  return { what, check: lint, files: { [path]: `${code}\n` }, reports: [report, path] };
}

function plantWall(what: string, path: string, code: string, report: string): Planted {
  return { what, check: walls, files: { [path]: `${code}\n` }, reports: [report, path] };
}

function plantType(what: string, code: string, report: string): Planted {
  return { what, check: types, files: { [CORE]: `${code}\n` }, reports: [report] };
}
