/** People at the command line, in this process: each with a home of his own in one folder, beside the server's. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runCli } from '@strongroom/cli';
import { expect } from 'vitest';

/** Everybody's. */
export const password = 'correct horse battery';

/** How a command ended. */
export type Ended = { readonly code: number; readonly out: string; readonly err: string };

/** Where a command is typed: the folder of all, and the name of the person's home in it. */
export interface Place {
  readonly folder: string;
  readonly home: string;
}

/** Runs a command in this process; secrets come on descriptors, in the order of the options that name them. */
export async function run(
  { folder, home }: Place,
  args: readonly string[],
  secrets: Readonly<Record<string, string>> = {},
  lang = 'en',
  onRemark: (text: string) => void = () => undefined,
  nowMs: () => number = () => Date.now(),
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
    env: { STRONGROOM_CLIENT_HOME: join(folder, home), STRONGROOM_HOME: join(folder, 'server') },
    cwd: folder,
    stdout: { write: (text) => (texts.out += String(text)) },
    stderr: {
      write: (text) => {
        texts.err += String(text);
        onRemark(String(text));
      },
    },
    isInteractive: false,
    clock: { nowMs, sleep: async (ms) => await sleep(ms) },
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
  place: Place,
  args: readonly string[],
  secrets: Readonly<Record<string, string>> = {},
): Promise<T> {
  const { code, out, err } = await run(place, [...args, '--json'], {
    '--password-fd': password,
    ...secrets,
  });
  expect(code, `${args.join(' ')}\n${err}`).toBe(0);
  return JSON.parse(out) as T;
}

/** The code with which a member's command was refused. */
export async function refusal(
  place: Place,
  args: readonly string[],
  secrets: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { code, err } = await run(place, [...args, '--json'], { '--password-fd': password, ...secrets });
  expect(code, args.join(' ')).not.toBe(0);
  const last = err.trim().split('\n').at(-1) ?? '{}';
  return (JSON.parse(last) as { error: { code: string } }).error.code;
}

/** Makes the firm with its kit in kit.txt, a vault and a client. */
export async function foundFirm(
  place: Place,
  server: { readonly url: string; readonly firstRunCode?: string | undefined },
): Promise<{ readonly device: string; readonly person: string; readonly client: string }> {
  mkdirSync(join(place.folder, place.home), { recursive: true });
  const kit = ['--kit-file', 'kit.txt', '--prove-kit', 'kit.txt', '--sign-kit-note', '--server', server.url];
  const firm = ['--name', 'Nowak', '--language', 'pl', '--country', 'PL', '--profession', 'law'];
  const made = await json<{ device: string; person: string }>(
    place,
    ['firm', 'create', ...kit, ...firm, '--person', 'Anna'],
    { '--code-fd': server.firstRunCode ?? '' },
  );
  await json(place, ['vaults', 'add', '--name', 'Spory']);
  const client = await json<{ code: string }>(place, ['clients', 'add', '--name', 'Jan Kowalski']);
  return { ...made, client: client.code };
}
