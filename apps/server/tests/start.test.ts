/** Starting, not starting, ending, and the mode in which only a restore can help. */
import { spawn } from 'node:child_process';
import { cpSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { officeId } from '@strongroom/core';
import { afterEach, describe, expect, test } from 'vitest';
import { startServer } from '../src/index.ts';
import { makeHome } from './running-server.ts';
import { callServer, TestMember } from './test-member.ts';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const homes: ReturnType<typeof makeHome>[] = [];
function newHome(): string {
  const home = makeHome();
  homes.push(home);
  return home.path;
}
afterEach(() => {
  for (const home of homes.splice(0)) home.remove();
});

/** Does nothing to one that is gone. */
function killNow(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}

/** Runs the program until it ends or says that it listens, then asks it to end, again and again as an impatient person does. */
function run(
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<{ code: number | null; out: string; error: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...args], {
      env: { ...process.env, ...environment },
    });
    let out = '';
    let error = '';
    let asking: NodeJS.Timeout | undefined;
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      if (out.includes('127.0.0.1')) asking ??= setInterval(() => child.kill('SIGTERM'), 10);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      error += chunk.toString();
    });
    child.once('close', (code) => {
      clearInterval(asking);
      resolve({ code, out, error });
    });
  });
}

test('a lock file that a gone process left, whoever has its number now, is no server', async () => {
  const home = newHome();
  for (const name of ['server.lock', 'server-lock'])
    writeFileSync(join(home, name), name === 'server.lock' ? String(process.pid) : '');
  const server = await startServer({ home, port: 0 });
  try {
    const other = await run(['--home', home, '--port', '0', '--json']);
    expect(JSON.parse(other.out.trim())).toMatchObject({ event: 'refused', code: 'HOME_IN_USE' });
  } finally {
    await server.close();
  }
});

describe('the program', () => {
  test('makes a private home, listens, says the one-time code, and ends with 0', async () => {
    const home = join(newHome(), 'inner');
    const { code, out } = await run(['--home', home, '--port', '0', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(out.trim())).toEqual({
      event: 'listening',
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      home,
      firstRunCode: expect.stringMatching(/^([A-Z2-7]{4}-){3}[A-Z2-7]{4}$/),
      firstRunAddress: expect.stringMatching(
        /^http:\/\/127\.0\.0\.1:\d+\/start#code=([A-Z2-7]{4}-){3}[A-Z2-7]{4}$/,
      ),
    });
    for (const folder of ['.', 'data', 'warden'])
      expect(statSync(join(home, folder)).mode & 0o777).toBe(0o700);
    expect(statSync(join(home, 'opaque-setup')).mode & 0o777).toBe(0o600);
    const again = await run(['--home', home, '--port', '0', '--json']);
    expect(again.code).toBe(0);
  });

  test.each([
    ['en', 'Usage: npm start'],
    ['pl', 'Użycie: npm start'],
  ])('--help in %s names every option', async (lang, words) => {
    const { code, out } = await run(['--help', '--lang', lang]);
    expect(code).toBe(0);
    expect(out).toContain(words);
    for (const option of ['--host-name NAME', '--own-authority', '--behind-proxy ADDRESS', '--tls-key FILE'])
      expect(out).toContain(option);
  });

  test.each(['fr', 'zh', 'pl', 'en'])('speaks %s', async (lang) => {
    const { out } = await run(['--home', newHome(), '--port', '0', '--lang', lang]);
    expect(out).toContain('http://127.0.0.1:');
    expect(out).toContain('strongroom firm create');
  });

  test.each([
    [['--listen', '0.0.0.0'], 'PLAINTEXT_BEYOND_LOOPBACK', 1],
    [['--listen', '192.168.1.4'], 'PLAINTEXT_BEYOND_LOOPBACK', 1],
    [['--listen', '0.0.0.0', '--own-authority'], 'HOST_NAME_MISSING', 1],
    [['--own-authority', '--host-name', '10.0.0.1'], 'HOST_NAME_INVALID', 1],
    [['--own-authority=yes', '--host-name', 'strongroom.test'], 'USAGE_INVALID', 2],
    [['--behind-proxy', 'proxy.test', '--host-name', 'strongroom.test'], 'PROXY_ADDRESS_INVALID', 1],
    [['--tls-key', '/none', '--host-name', 'strongroom.test'], 'TLS_OPTIONS_INVALID', 1],
    [
      ['--tls-key', '/none', '--tls-certificate', '/none', '--host-name', 'strongroom.test'],
      'TLS_FILE_UNREADABLE',
      1,
    ],
    [['--listen', '192.0.2.1', '--own-authority', '--host-name', 'a.test'], 'LISTEN_ADDRESS_INVALID', 1],
    [['--port', '70000'], 'USAGE_INVALID', 2],
    [['--port', '-1'], 'USAGE_INVALID', 2],
    [['--port'], 'USAGE_INVALID', 2],
    [['--nonsense'], 'USAGE_INVALID', 2],
    [['--lang', 'de'], 'LANGUAGE_UNKNOWN', 1],
    [['--test-control', '/tmp/x'], 'ENVIRONMENT_INVALID', 1],
  ])('refuses %j with %s', async (args, code, exit) => {
    const { code: found, out } = await run(['--home', newHome(), '--json', ...args], {
      STRONGROOM_UNSAFE_TEST: '',
    });
    expect(found).toBe(exit);
    expect(JSON.parse(out.trim())).toMatchObject({ event: 'refused', code });
  });

  test('refuses a port in use, a home in use and a home that is a file', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    const port = String((taken.address() as AddressInfo).port);
    expect(JSON.parse((await run(['--home', newHome(), '--port', port, '--json'])).out.trim())).toMatchObject(
      { code: 'PORT_IN_USE' },
    );
    taken.close();

    const home = newHome();
    const server = await startServer({ home, port: 0 });
    expect(JSON.parse((await run(['--home', home, '--port', '0', '--json'])).out.trim())).toMatchObject({
      code: 'HOME_IN_USE',
    });
    await server.close();

    const file = join(newHome(), 'file');
    writeFileSync(file, '');
    expect(JSON.parse((await run(['--home', file, '--json'])).out.trim())).toMatchObject({
      code: 'HOME_NOT_WRITABLE',
    });
  });
});

test.each([
  ['{', 'CONFIG_INVALID'],
  ['[]', 'CONFIG_INVALID'],
  ['{"port":"x"}', 'CONFIG_INVALID'],
  ['{"nonsense":1}', 'CONFIG_INVALID'],
  ['{"ownAuthority":"yes"}', 'CONFIG_INVALID'],
  ['{"behindProxy":"127.0.0.1"}', 'CONFIG_INVALID'],
  ['{"port":8484,"listen":"0.0.0.0"}', 'PLAINTEXT_BEYOND_LOOPBACK'],
  ['{"listen":"0.0.0.0","ownAuthority":true}', 'HOST_NAME_MISSING'],
  ['{"hostName":"a.test","tlsCertificate":"none.crt","tlsKey":"none.key"}', 'TLS_FILE_UNREADABLE'],
])('a configuration of %s is refused with %s', async (text, code) => {
  const home = newHome();
  writeFileSync(join(home, 'config.json'), text);
  await expect(startServer({ home, port: 0 })).rejects.toMatchObject({ code });
});

describe('a database that is put back to an earlier copy', () => {
  test(
    'is restore mode: nobody writes, nobody is released anything, signing in works',
    { timeout: 180_000 },
    async () => {
      const home = newHome();
      let server = await startServer({ home, port: 0 });
      const owner = await TestMember.createFirm(server.url, server.firstRunCode ?? '');
      const vault = await owner.createVault();
      const room = await owner.createClient(vault, 'C-2K7Q');
      await server.close();
      const copy = join(newHome(), 'data');
      cpSync(join(home, 'data'), copy, { recursive: true });

      server = await startServer({ home, port: 0 });
      Object.assign(owner, { url: server.url });
      await owner.signIn();
      await owner.writeRecord(vault, room, { bodyBytes: 1_000 });
      await server.close();
      rmSync(join(home, 'data'), { recursive: true });
      cpSync(copy, join(home, 'data'), { recursive: true });

      server = await startServer({ home, port: 0 });
      Object.assign(owner, { url: server.url });
      expect((await callServer(server.url, 'GET', '/v1/health')).json).toMatchObject({
        isReady: false,
        isRestoreMode: true,
      });
      expect((await owner.signIn()).status).toBe(200);
      for (const [method, path, body] of [
        ['POST', '/v1/sync', { ledger: officeId, chains: [['firm', 0]], known: { office: 0 } }],
        ['POST', `/v1/vaults/${vault}/slots`, { room, hour: 0, count: 1 }],
        ['GET', `/v1/vaults/${vault}/intake`, undefined],
      ] as const)
        expect((await owner.call(method, path, body)).json['code']).toBe('RESTORE_MODE');
      const doctor = await owner.call('GET', '/v1/doctor');
      expect((doctor.json['findings'] as { code: string }[]).map(({ code }) => code)).toContain(
        'LEDGER_DIFFERS',
      );
      await server.close();
    },
  );
});

test(
  'a warden that is killed comes back; meanwhile calls say that it is away',
  { timeout: 180_000 },
  async () => {
    const home = newHome();
    const server = await startServer({ home, port: 0 });
    const owner = await TestMember.createFirm(server.url, server.firstRunCode ?? '');
    let isAway = false;
    // It may be back before a call gets through on a busy machine: then it is killed once more.
    for (let tries = 0; tries < 500 && !isAway; tries++) {
      if (tries % 100 === 0) killNow(server.context.warden.pid);
      const answer = await owner.call('POST', '/v1/vaults/prepare', {
        vault: `vlt_${'b'.repeat(26)}`.replace(/b$/, 'a'),
      });
      isAway = answer.json['code'] === 'WARDEN_UNAVAILABLE';
    }
    expect(isAway).toBe(true);
    await expect
      .poll(async () => (await callServer(server.url, 'GET', '/v1/health')).json['isReady'], {
        timeout: 60_000,
      })
      .toBe(true);
    await owner.createVault();
    await server.close();
  },
);
