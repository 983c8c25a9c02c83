/**
 * Every command line that the documents show is one that the parser takes: command, options, their values and the arguments. In
 * an empty home each is refused afterwards, because there is no device, or nobody to ask; never as a wrong command line.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli } from '@strongroom/cli';
import { afterAll, describe, expect, test } from 'vitest';
import { readInlineCommands, readReadmeBlocks } from './readme-commands.ts';

const folder = mkdtempSync(join(tmpdir(), 'sr-readme-'));
/** Words that stand for something in the documents, where the parser looks at the value. */
const standIns: Readonly<Record<string, string>> = { INDEX: '4', URL: 'http://127.0.0.1:9' };
/** What the parser let through ends with one of these; the last where no web app is built here to be published. */
const passed = [
  'done',
  'DEVICE_NOT_ENROLLED',
  'INPUT_MISSING',
  'FILE_UNREADABLE',
  'ID_INVALID',
  'BUNDLE_INVALID',
];

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The code of the refusal, or `done`. */
async function codeOf(args: readonly string[]): Promise<string> {
  const texts = { err: '' };
  const exitCode = await runCli([...args.map((arg) => standIns[arg] ?? arg), '--json'], {
    env: { HOME: folder, XDG_RUNTIME_DIR: folder, STRONGROOM_CLIENT_HOME: join(folder, 'home') },
    cwd: folder,
    stdout: { write: () => true },
    stderr: { write: (text) => (texts.err += String(text)) },
    isInteractive: false,
    clock: { nowMs: () => Date.now(), sleep: async () => undefined },
    randomBytes: (length) => new Uint8Array(randomBytes(length)),
    userHome: folder,
    temporaryFolder: folder,
    userId: process.getuid?.(),
    interrupted: new AbortController().signal,
    startTimer: () => () => undefined,
  });
  if (exitCode === 0) return 'done';
  return (JSON.parse(texts.err.trim().split('\n').at(-1) ?? '') as { error: { code: string } }).error.code;
}

const job = readReadmeBlocks('The main job');
const inline = [...readInlineCommands('README.md'), ...readInlineCommands('docs/command-line.md')];

describe('commands in the documents', () => {
  test('are found', () => {
    expect(job.length).toBeGreaterThan(12);
    expect(job).toContainEqual(['clients', 'add', '--vault', 'Private clients', '--name', 'Claire Dubois']);
    expect(job).toContainEqual(['people', 'invite', '--name', 'Yue Lin']);
    expect(inline).toContainEqual(['doctor']);
  });

  test.each([...job, ...inline].map((args) => [args.join(' '), args] as const))(
    'strongroom %s',
    async (_, args) => {
      expect(passed).toContain(await codeOf(args));
    },
  );

  test.each([
    ['a command that is not there', ['records', 'burn', 'ID']],
    ['an option that is not there', ['vaults', 'add', '--title', 'Spory']],
    ['an argument too many', ['access', 'grant', 'C-2K7Q', 'Yue Lin', 'again']],
    ['an argument too few', ['access', 'revoke', 'C-2K7Q']],
  ])('would not pass with %s', async (_, args) => {
    expect(await codeOf(args)).toBe('USAGE_INVALID');
  });
});
