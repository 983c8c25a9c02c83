import { once } from 'node:events';
import { realpathSync, symlinkSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  createLauncherTree,
  type Ended,
  type LauncherTree,
  RUNTIME_PACKAGE,
  start,
} from './launcher-tree.ts';

const NODE_26 = /^v26\./;

describe('with the runtime', () => {
  let tree: LauncherTree;
  beforeAll(() => {
    tree = createLauncherTree('linked');
  });
  afterAll(() => tree.remove());

  test('runs the program on Node 26, and children that say node too', async () => {
    const ended = await run(
      join(tree.root, 'tools/run.mjs'),
      ['apps/cli/src/main.ts', 'a b', '--flag'],
      tree.root,
    );
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    const report = readReport(ended);
    expect(report.version).toMatch(NODE_26);
    expect(report.child).toMatch(NODE_26);
    expect(report.args).toEqual(['a b', '--flag']);
  });

  test('works through a link and from another folder, which stays the current one', async () => {
    const link = join(tree.root, 'linked-command');
    symlinkSync(join(tree.root, 'bin/strongroom.mjs'), link);
    const elsewhere = realpathSync(tmpdir());
    const ended = await start(link, ['vaults', 'list'], elsewhere).ended;
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(readReport(ended)).toMatchObject({ args: ['vaults', 'list'], folder: elsewhere });
  });

  test('works through a link to the whole tree', async () => {
    const link = `${tree.root}-link`;
    symlinkSync(tree.root, link, 'junction');
    try {
      const ended = await run(join(link, 'bin/strongroom.mjs'), [], tmpdir());
      expect(readReport(ended).version).toMatch(NODE_26);
    } finally {
      unlinkSync(link);
    }
  });

  test.each([0, 1, 2, 77])('ends with exit code %i as the program did', async (code) => {
    const ended = await run(join(tree.root, 'tools/run.mjs'), ['exit.ts', String(code)], tree.root);
    expect(ended).toMatchObject({ code, signal: null });
  });

  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'passes %s on, and waits for the program',
    async (signal) => {
      const started = start('node', [join(tree.root, 'tools/run.mjs'), 'wait.ts'], tree.root);
      await once(started.child.stdout!, 'data');
      started.child.kill(signal);
      expect(await started.ended).toMatchObject({ code: 3, signal: null, stdout: `ready\n${signal}\n` });
    },
  );

  test('dies of the signal the program died of', async () => {
    const ended = await run(join(tree.root, 'tools/run.mjs'), ['die.ts'], tree.root);
    expect(ended).toMatchObject({ code: null, signal: 'SIGKILL' });
  });

  test('says how it is used when no target is named', async () => {
    const ended = await run(join(tree.root, 'tools/run.mjs'), [], tree.root);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain('Usage: node tools/run.mjs TARGET');
  });
});

describe('without a runtime that works', () => {
  test('a missing one is named, with what to do', async () => {
    const tree = createLauncherTree('missing');
    try {
      const ended = await run(join(tree.root, 'bin/strongroom.mjs'), ['doctor'], tree.root);
      expect(ended).toMatchObject({ code: 127, stdout: '' });
      expect(ended.stderr).toContain(`${process.platform}-${process.arch}`);
      expect(ended.stderr).toContain(RUNTIME_PACKAGE);
      expect(ended.stderr).toContain('npm ci');
      expect(ended.stderr).toContain(realpathSync(tree.root));
    } finally {
      tree.remove();
    }
  });

  test.each([
    ['may not be executed', 0o644, 'may not be executed'],
    ['is built for another system', 0o755, 'could not be started'],
  ])('one that %s is named', async (_, mode, message) => {
    const tree = createLauncherTree('missing');
    try {
      tree.put(join('node_modules', RUNTIME_PACKAGE, 'bin/node'), '#!/absent/interpreter\n', mode);
      const ended = await run(join(tree.root, 'bin/strongroom.mjs'), [], tree.root);
      expect(ended).toMatchObject({ code: 127, stdout: '' });
      expect(ended.stderr).toContain(message);
    } finally {
      tree.remove();
    }
  });
});

/** Runs a file on the machine's own Node. */
async function run(script: string, args: readonly string[], folder: string): Promise<Ended> {
  return await start('node', [script, ...args], folder).ended;
}

function readReport(ended: Ended): { version: string; child: string; args: string[]; folder: string } {
  return JSON.parse(ended.stdout) as { version: string; child: string; args: string[]; folder: string };
}
