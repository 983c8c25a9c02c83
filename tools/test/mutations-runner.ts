import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createMutationTree } from './mutation-tree.ts';
import type { MutationTree } from './mutation-tree.ts';
import type { Failure, Runner, Skip } from './runner.ts';
import { runNamedTests } from './vitest-runner.ts';

const FOLDER = 'tests/mutations';
const CATALOGUE = 'tests/hostile/attacks.json';
/** Without STRONGROOM_LONG=1 each patch is tried once in so many days. */
const SHARES = 3;
const DAY_MS = 86_400_000;

interface Attack {
  readonly id: string;
  readonly tests: readonly string[];
}

/**
 * Takes out each defence in a copy of the tree and expects the test of that attack to fail. A test that stays green without
 * its defence says nothing; a patch that no longer applies has to be made anew. Both are failures.
 */
export const mutationsRunner: Runner = {
  name: 'mutations',
  async run(root, filters) {
    const patches = findPatches(root, filters);
    const attacks = patches.length === 0 ? [] : readAttacks(root);
    const skips: Skip[] = [];
    let passed = 0;
    const failures: Failure[] = [];
    let tree: MutationTree | undefined;
    try {
      for (const [index, { id, path }] of patches.entries()) {
        if (!isTurn(index, filters)) {
          skips.push({
            name: `${path}: ${id}`,
            reason: `its turn comes within ${SHARES} days; STRONGROOM_LONG=1 tries all`,
          });
          continue;
        }
        tree ??= createMutationTree(root);
        const attack = attacks.find((each) => each.id === id);
        const outcome =
          attack === undefined ? `not in ${CATALOGUE}` : await tryPatch(tree, attack, join(tree.root, path));
        if (outcome === undefined) passed++;
        else failures.push({ name: path, reason: outcome });
        console.log(`mutation ${id}: ${outcome ?? 'red as it must'}`);
      }
    } finally {
      tree?.remove();
    }
    return { passed, failures, skips };
  },
};

/** Undefined when the attack's test fails without its defence; else what is wrong. */
async function tryPatch(tree: MutationTree, attack: Attack, patchPath: string): Promise<string | undefined> {
  const refusal = tree.apply(patchPath);
  if (refusal !== undefined) return `the patch does not apply: ${refusal}`;
  try {
    for (const file of attack.tests) {
      const statuses = await runNamedTests(tree.root, file, `(^| )${attack.id}: `);
      if (statuses.includes('failed')) continue;
      return statuses.includes('passed') ? `STILL GREEN (${file})` : `no test of it ran (${file})`;
    }
    return undefined;
  } finally {
    tree.revert(patchPath);
  }
}

function readAttacks(root: string): readonly Attack[] {
  const catalogue = JSON.parse(readFileSync(join(root, CATALOGUE), 'utf8')) as {
    readonly attacks: readonly Attack[];
  };
  return catalogue.attacks;
}

function findPatches(
  root: string,
  filters: readonly string[],
): { readonly id: string; readonly path: string }[] {
  if (!existsSync(join(root, FOLDER))) return [];
  return readdirSync(join(root, FOLDER))
    .filter((name) => name.endsWith('.patch'))
    .sort()
    .map((name) => ({ id: name.slice(0, -'.patch'.length), path: `${FOLDER}/${name}` }))
    .filter(({ path }) => filters.length === 0 || filters.some((filter) => path.includes(filter)));
}

/** Whoever names a patch, and the long mode, get all; otherwise a third a day, each in its turn. */
function isTurn(index: number, filters: readonly string[]): boolean {
  if (filters.length > 0 || process.env['STRONGROOM_LONG'] === '1') return true;
  return index % SHARES === Math.floor(Date.now() / DAY_MS) % SHARES;
}
