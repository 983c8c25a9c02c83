// A copy of the tree in which defences are taken out, one at a time. Our own packages are the copy's; all other modules are
// reached in the tree's node_modules, through links.

import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

const COPIED = [
  'apps',
  'packages',
  'tests',
  'tools',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.base.json',
  'vitest.config.ts',
];
const OUR_SCOPE = '@strongroom';

/** The copy. */
export interface MutationTree {
  readonly root: string;
  /** Applies a patch of the tree; answers what git said if it does not apply. */
  apply(patchPath: string): string | undefined;
  /** Takes it back. */
  revert(patchPath: string): void;
  remove(): void;
}

/** Copies the tree at `root` to a temporary directory. */
export function createMutationTree(root: string): MutationTree {
  const copy = mkdtempSync(join(tmpdir(), 'strongroom-mutation-'));
  for (const path of COPIED) {
    if (existsSync(join(root, path))) {
      cpSync(join(root, path), join(copy, path), { recursive: true, filter: isCopied });
    }
  }
  linkModules(root, copy);
  return {
    root: copy,
    apply(patchPath) {
      const run = git(copy, ['apply', '--whitespace=nowarn', patchPath]);
      return run.status === 0 ? undefined : run.stderr.trim() || 'git apply failed';
    },
    revert(patchPath) {
      const run = git(copy, ['apply', '--whitespace=nowarn', '--reverse', patchPath]);
      if (run.status !== 0) throw new Error(`${basename(patchPath)} cannot be taken back: ${run.stderr}`);
    },
    remove() {
      rmSync(copy, { recursive: true, force: true });
    },
  };
}

function isCopied(source: string): boolean {
  return basename(source) !== 'node_modules' && !lstatSync(source).isSymbolicLink();
}

/** `git apply` looks at no repository when GIT_DIR names none: the copy is not one, nor is any folder above it meant. */
function git(
  cwd: string,
  args: readonly string[],
): { readonly status: number | null; readonly stderr: string } {
  return spawnSync('git', args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, GIT_DIR: join(cwd, 'no-repository'), GIT_CEILING_DIRECTORIES: cwd },
  });
}

function linkModules(root: string, copy: string): void {
  const from = join(root, 'node_modules');
  const to = join(copy, 'node_modules');
  mkdirSync(to);
  for (const name of readdirSync(from)) {
    // Caches are written to: the copy gets none of the tree's.
    if (name === OUR_SCOPE || name.startsWith('.vite')) continue;
    symlinkSync(join(from, name), join(to, name));
  }
  mkdirSync(join(to, OUR_SCOPE));
  for (const folder of ['apps', 'packages']) {
    for (const name of readdirSync(join(copy, folder))) {
      symlinkSync(join(copy, folder, name), join(to, OUR_SCOPE, name));
      const nested = join(root, folder, name, 'node_modules');
      if (existsSync(nested)) symlinkSync(nested, join(copy, folder, name, 'node_modules'));
    }
  }
}
