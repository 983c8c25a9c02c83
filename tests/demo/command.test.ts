/** The command `npm run demo`: what it refuses, what it leaves behind, who ends it. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { isId } from '@strongroom/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeDemoHome, removeStaleHomes } from '../../tools/demo/demo-home.ts';
import { formatSignInLink, parseSignInLink } from '../../tools/demo/sign-in-link.ts';
import { signInWithLink } from './sign-in.ts';

const root = resolve(import.meta.dirname, '../..');
let scratch: string;

beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'strongroom-demo-test-'));
});
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});

interface Run {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  output(): string;
}

function runDemo(...args: string[]): Run {
  const child = spawn(
    process.execPath,
    [join(root, 'tools/run.mjs'), 'tools/demo/main.ts', '--without-web', '--lang=en', ...args],
    {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const ended = new Promise<number | null>((settle) => child.once('close', settle));
  return { child, ended, output: () => text };
}

describe('a home', () => {
  test('outside the temporary directory is refused, and nothing is made there', async () => {
    const wanted = join(homedir(), 'strongroom-demo-that-must-not-be');
    const run = runDemo('--home', wanted, '--small', '--lang', 'pl');
    expect(await run.ended).toBe(2);
    expect(run.output()).toContain('leżeć w katalogu tymczasowym');
    expect(existsSync(wanted)).toBe(false);
  });

  test('that is the temporary directory, leaves it by dots or by a link, or holds something is refused', () => {
    const full = join(scratch, 'full');
    mkdirSync(full);
    writeFileSync(join(full, 'somebody’s.txt'), 'kept');
    for (const named of [tmpdir(), join(tmpdir(), '..', 'elsewhere'), '/', full])
      expect(() => makeDemoHome(named), named).toThrow('USAGE_INVALID');
    expect(readdirSync(full)).toEqual(['somebody’s.txt']);
  });

  test('that is missing is made, and removed with everything in it', () => {
    const named = join(scratch, 'missing', 'deep');
    const home = makeDemoHome(named);
    writeFileSync(join(home.path, 'left'), 'behind');
    home.remove();
    home.remove();
    expect(existsSync(named)).toBe(false);
  });

  test('whose demo is gone is removed by the next one; one that is held is not', () => {
    const held = makeDemoHome();
    const stale = mkdtempSync(join(tmpdir(), 'strongroom-demo-'));
    // What a killed demo leaves: its lock file, which nobody holds.
    new DatabaseSync(join(stale, 'demo-lock')).close();
    writeFileSync(join(stale, 'demo-lock'), '');
    removeStaleHomes();
    expect(existsSync(stale)).toBe(false);
    expect(existsSync(held.path)).toBe(true);
    held.remove();
  });
});

describe('a link', () => {
  const link = {
    person: `per_${'a'.repeat(26)}` as never,
    root: '0f'.repeat(32),
    kit: Array.from({ length: 8 }, () => '0ABCDEF').join('-'),
  };

  test('is read as it was written', () => {
    const text = formatSignInLink('http://127.0.0.1:8485', link);
    expect(new URL(text).pathname).toBe('/signin');
    expect(new URL(text).search).toBe('');
    expect(parseSignInLink(text)).toEqual(link);
  });

  test('of another version, cut off, or with more in it is refused', () => {
    const text = formatSignInLink('http://127.0.0.1:8485', link);
    for (const other of [
      text.replace('kit=1.', 'kit=2.'),
      text.slice(0, -1),
      `${text}.more`,
      text.replace('per_', 'dev_'),
    ])
      expect(() => parseSignInLink(other)).toThrow('KIT_INVALID');
  });
});

test('a wrong command line is told how it is used', async () => {
  const wrong = [['--seed', 'x'], ['--port', '70000'], ['--lang', 'xx'], ['--unknown']];
  const runs = wrong.map((args) => runDemo(...args));
  for (const run of runs) {
    expect(await run.ended).toBe(2);
    expect(run.output()).toContain('Usage: npm run demo');
  }
});

test('a demo that is told to end while it is made leaves nothing', async () => {
  const home = join(scratch, 'cut-short');
  const run = runDemo('--home', home, '--small', '--port', '0');
  await expect.poll(() => run.output(), { timeout: 60_000 }).toContain('the firm and its people');
  run.child.kill('SIGTERM');
  expect(await run.ended).toBe(0);
  expect(existsSync(home)).toBe(false);
});

test('a demo says when it is ready, and is gone after SIGTERM', async () => {
  const home = join(scratch, 'whole');
  const readyFile = join(scratch, 'ready.json');
  const run = runDemo('--home', home, '--small', '--port', '0', '--quiet', '--ready-file', readyFile);
  await expect.poll(() => existsSync(readyFile), { timeout: 400_000, interval: 500 }).toBe(true);
  const ready = JSON.parse(readFileSync(readyFile, 'utf8')) as {
    readonly url: string;
    readonly password: string;
    readonly people: readonly {
      readonly name: string;
      readonly role: string;
      readonly link: string;
      readonly person: string;
    }[];
  };
  expect(ready.people).toHaveLength(7);
  for (const { person, link } of ready.people) {
    expect(isId('per', person)).toBe(true);
    expect(link.startsWith(`${ready.url}/signin#kit=1.`)).toBe(true);
    expect(link).not.toContain(encodeURIComponent(ready.password));
  }
  expect((await fetch(ready.url)).status).toBeLessThan(500);
  expect(existsSync(home)).toBe(true);
  // Nothing of the moved clock is left: no test control, and time is the machine's.
  const { link } = ready.people[0]!;
  const device = await signInWithLink({ link, password: ready.password, nowMs: () => Date.now() });
  const findings = await device.doctor();
  expect(findings.filter(({ severity }) => severity === 'failure')).toEqual([]);
  expect(findings.map(({ code }) => code)).not.toContain('UNSAFE_TEST');
  run.child.kill('SIGTERM');
  expect(await run.ended).toBe(0);
  expect(existsSync(home)).toBe(false);
  await expect(fetch(ready.url)).rejects.toThrow();
}, 500_000);
