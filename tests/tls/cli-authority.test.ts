/** The command line and a server with its own authority: refused until the authority is trusted, then it alone is. */
import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startServer } from '@strongroom/server';
import type { RunningServer } from '@strongroom/server';
import { afterAll, beforeAll, expect, test } from 'vitest';

const command = resolve(import.meta.dirname, '../../apps/cli/src/main.ts');
const folder = mkdtempSync(join(tmpdir(), 'sr-trust-'));
const home = join(folder, 'client');
let server: RunningServer;
let trusted: string;

beforeAll(async () => {
  server = await startServer({
    home: join(folder, 'server'),
    listening: { hostName: 'localhost', ownAuthority: true, port: 0 },
  });
  trusted = join(folder, 'authority.crt');
  copyFileSync(server.authority?.certificateFile ?? '', trusted);
});
afterAll(async () => {
  await server?.close();
  rmSync(folder, { recursive: true });
});

/** `strongroom firm create` with a code that is wrong: it fails at once, by what the server says or before. */
function createFirm(more: readonly string[]): Promise<string> {
  const password = join(folder, 'password');
  writeFileSync(password, 'a long password that nobody has\n');
  const words = ['firm', 'create', '--server', server.url, '--code', 'AAAA-BBBB-CCCC-DDDD', '--name', 'Firm'];
  const answers = ['--language', 'en', '--country', 'PL', '--profession', 'law', '--person', 'Ada'];
  const run = ['--password-fd', '3', '--json', ...more];
  return new Promise((settle) => {
    const child = spawn(
      '/bin/sh',
      ['-c', `exec "$0" "$@" 3< "${password}"`, process.execPath, command, ...words, ...answers, ...run],
      {
        env: { ...process.env, STRONGROOM_CLIENT_HOME: home },
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    );
    let error = '';
    child.stderr.on('data', (chunk: Buffer) => (error += chunk.toString()));
    child.once('close', () => settle(/"code":"([A-Z_]+)"/.exec(error)?.[1] ?? error));
  });
}

test('a server whose authority is not trusted is not spoken to', async () => {
  expect(await createFirm([])).toBe('SERVER_NOT_TRUSTED');
  expect(await createFirm(['--authority', join(folder, 'none.crt')])).toBe('FILE_UNREADABLE');
  writeFileSync(join(folder, 'text.crt'), 'nothing');
  expect(await createFirm(['--authority', join(folder, 'text.crt')])).toBe('TLS_CERTIFICATE_INVALID');
  expect(existsSync(join(home, 'authority.crt'))).toBe(false);
});

test('its certificate is given once and kept', async () => {
  expect(await createFirm(['--authority', trusted])).toBe('FIRST_RUN_CODE_INVALID');
  expect(await createFirm([])).toBe('FIRST_RUN_CODE_INVALID');
});
