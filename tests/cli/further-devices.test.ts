/** A laptop is lost: its owner gets back in with the printed kit and the password, from a new home, and cuts the laptop off. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runCli } from '@strongroom/cli';
import { startServer } from '@strongroom/server';
import type { RunningServer } from '@strongroom/server';
import { afterAll, beforeAll, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'sr-devices-'));
const password = 'correct horse battery';
const stepMs = 60_000;

let server: RunningServer;

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command of one home in this process; secrets come on descriptors, in the order of the options that name them. */
async function run(
  home: string,
  args: readonly string[],
  secrets: Readonly<Record<string, string>>,
): Promise<Ended> {
  const texts = { out: '', err: '' };
  const options = Object.entries(secrets).flatMap(([option, secret]) => {
    const path = join(folder, 'secret');
    writeFileSync(path, `${secret}\n`, { mode: 0o600 });
    const descriptor = openSync(path, 'r');
    rmSync(path);
    return [option, String(descriptor)];
  });
  const code = await runCli([...args, ...options, '--no-agent', '--lang', 'en'], {
    env: { STRONGROOM_CLIENT_HOME: join(folder, home) },
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

async function json<T>(
  home: string,
  args: readonly string[],
  secrets: Readonly<Record<string, string>> = {},
): Promise<T> {
  const { code, out, err } = await run(home, [...args, '--json'], { '--password-fd': password, ...secrets });
  expect(code, `${args.join(' ')}\n${err}`).toBe(0);
  return JSON.parse(out) as T;
}

async function refusal(
  home: string,
  args: readonly string[],
  secrets: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { code, err } = await run(home, [...args, '--json'], { '--password-fd': password, ...secrets });
  expect(code, args.join(' ')).not.toBe(0);
  const last = err.trim().split('\n').at(-1) ?? '{}';
  return (JSON.parse(last) as { error: { code: string } }).error.code;
}

beforeAll(async () => {
  server = await startServer({ home: join(folder, 'server'), port: 0 });
  mkdirSync(join(folder, 'lap'), { recursive: true });
  writeFileSync(join(folder, 'deed.pdf'), randomBytes(300_000));
}, stepMs);
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

test(
  'password and kit make a new home a device, which opens what was there and cuts the lost one off',
  async () => {
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
    const lost = await json<{ device: string; person: string }>(
      'lap',
      ['firm', 'create', ...start, ...names],
      {
        '--code-fd': server.firstRunCode ?? '',
      },
    );
    await json('lap', ['vaults', 'add', '--name', 'Spory']);
    const { code } = await json<{ code: string }>('lap', ['clients', 'add', '--name', 'Jan Kowalski']);
    await json('lap', ['records', 'add', 'deed.pdf', '--client', code]);

    const kit = readFileSync(join(folder, 'kit.txt'), 'utf8');
    expect(kit).toContain(lost.person);
    const groups = [...kit.matchAll(/^\s*\d\.\s+(\S+)$/gmu)].map(([, group]) => group).join('-');
    const add = ['devices', 'add', '--server', server.url];
    const root = /[0-9a-f]{64}/u.exec(kit)?.[0] ?? '';
    expect(
      await refusal('new', [...add, '--from-kit', 'kit.txt'], { '--password-fd': 'not the password' }),
    ).toBe('SIGN_IN_REFUSED');
    expect(await refusal('new', [...add, '--from-kit', 'kit.txt', '--root', 'ab'.repeat(32)])).toBe(
      'GENESIS_MISMATCH',
    );
    expect(JSON.parse((await run('new', ['status', '--json'], {})).out)).toMatchObject({ state: 'new' });
    const typed = [...add, '--person-id', lost.person, '--root', root];
    const made = await json<{ device: string; person: string; roles: string[] }>('new', typed, {
      '--kit-fd': groups,
    });
    expect(made).toMatchObject({ person: lost.person, roles: ['owner', 'administrator', 'opener'] });
    expect(made.device).not.toBe(lost.device);

    const told = await run('lap', ['devices', 'list'], { '--password-fd': password });
    expect(told.err).toContain(`strongroom devices revoke ${made.device}`);
    expect((await run('lap', ['devices', 'list'], { '--password-fd': password })).err).not.toContain(
      'devices revoke',
    );

    const [row] = await json<{ record: string }[]>('new', ['records', 'list', '--client', code]);
    await json('new', ['records', 'open', row?.record ?? '', '-o', 'opened.pdf']);
    expect(hashFile('opened.pdf')).toBe(hashFile('deed.pdf'));

    const revoked = await json<{ generation: number; rotated: unknown[] }>('new', [
      'devices',
      'revoke',
      lost.device,
    ]);
    expect(revoked.generation).toBe(2);
    expect(revoked.rotated.length).toBeGreaterThan(0);
    expect(await refusal('lap', ['records', 'list', '--client', code])).toBe('SIGN_IN_REFUSED');
    const other = await json<{ device: string }>('third', [...add, '--from-kit', 'kit.txt']);
    expect(other.device).not.toBe(made.device);
    await json('third', ['records', 'open', row?.record ?? '', '-o', 'again.pdf']);
    expect(hashFile('again.pdf')).toBe(hashFile('deed.pdf'));
  },
  stepMs * 2,
);

function hashFile(name: string): string {
  return createHash('sha256')
    .update(readFileSync(join(folder, name)))
    .digest('hex');
}
