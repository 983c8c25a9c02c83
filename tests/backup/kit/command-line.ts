/** A firm with one person at the command line, in one folder: what a backup has to hold. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runCli } from '@strongroom/cli';
import { expect } from 'vitest';

const password = 'correct horse battery';

/** How a command ended. */
export type Ended = { readonly code: number; readonly out: string; readonly err: string };

/** Runs a command in this process; secrets come on descriptors, in the order of the options that name them. */
export async function run(
  folder: string,
  args: readonly string[],
  secrets: Readonly<Record<string, string>> = {},
  lang = 'en',
): Promise<Ended> {
  const texts = { out: '', err: '' };
  const options = Object.entries(secrets).flatMap(([option, secret]) => {
    const path = join(folder, 'secret');
    writeFileSync(path, `${secret}\n`, { mode: 0o600 });
    const descriptor = openSync(path, 'r');
    rmSync(path);
    return [option, String(descriptor)];
  });
  const code = await runCli([...args, ...options, '--no-agent', '--lang', lang], {
    env: { STRONGROOM_CLIENT_HOME: join(folder, 'lap'), STRONGROOM_HOME: join(folder, 'server') },
    cwd: folder,
    stdout: { write: (text) => (texts.out += String(text)) },
    stderr: { write: (text) => (texts.err += String(text)) },
    isInteractive: false,
    clock: { nowMs: () => Date.now(), sleep: async (ms) => await sleep(ms) },
    randomBytes: (length) => new Uint8Array(randomBytes(length)),
    userHome: folder,
    temporaryFolder: tmpdir(),
    userId: process.getuid?.(),
    interrupted: new AbortController().signal,
    startTimer: (ms, action) => {
      const timer = setTimeout(action, ms);
      return () => clearTimeout(timer);
    },
  });
  return { code, ...texts };
}

/** A member's command, and what it answered. */
export async function json<T>(
  folder: string,
  args: readonly string[],
  secrets: Readonly<Record<string, string>> = {},
): Promise<T> {
  const { code, out, err } = await run(folder, [...args, '--json'], {
    '--password-fd': password,
    ...secrets,
  });
  expect(code, `${args.join(' ')}\n${err}`).toBe(0);
  return JSON.parse(out) as T;
}

/** Makes the firm, a vault and a client; answers the client's code. */
export async function foundFirm(folder: string, server: { url: string; code: string }): Promise<string> {
  mkdirSync(join(folder, 'lap'), { recursive: true });
  const start = [
    '--kit-file',
    'kit.txt',
    '--prove-kit',
    'kit.txt',
    '--sign-kit-note',
    '--server',
    server.url,
  ];
  const names = [
    '--name',
    'Nowak',
    '--language',
    'pl',
    '--country',
    'PL',
    '--profession',
    'law',
    '--person',
    'Anna',
  ];
  await json(folder, ['firm', 'create', ...start, ...names], { '--code-fd': server.code });
  await json(folder, ['vaults', 'add', '--name', 'Spory']);
  return (await json<{ code: string }>(folder, ['clients', 'add', '--name', 'Jan Kowalski'])).code;
}
