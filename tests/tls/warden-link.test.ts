/** A warden as a process of its own on another machine, reached over TLS 1.3 with both sides pinned; and everybody who is not let in. */
import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { connect as connectTls } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { createNodeEngine } from '@strongroom/core/node';
import { startServer } from '@strongroom/server';
import type { RunningServer } from '@strongroom/server';
import { addLink, prepareLinks, removeLink, systemClock } from '@strongroom/server/listening';
import { connectWarden, linkName, readCredentials, startWarden } from '@strongroom/warden';
import type { LinkCredentials, WardenClient } from '@strongroom/warden';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { foundFirm, json } from '../cli/command-line.ts';
import { makeSecondMachine, whyNoSecondMachine } from './second-machine.ts';

const engine = createNodeEngine();
const folder = mkdtempSync(join(tmpdir(), 'sr-warden-link-'));
const home = join(folder, 'there');
const parts = { home, clock: systemClock, randomBytes: (length: number) => engine.randomBytes(length) };
/** Where a second machine cannot be had, the warden is another process of this one. */
const machine = whyNoSecondMachine() === undefined ? makeSecondMachine([]) : undefined;
const host = machine?.ownAddress ?? '127.0.0.1';
const main = fileURLToPath(new URL('../../apps/warden/src/main.ts', import.meta.url));
const runtime = machine?.wrap(folder, process.execPath) ?? process.execPath;

let child: ChildProcess;
let port = 0;
let pin = '';
let server: RunningServer | undefined;
const log: string[] = [];

async function startThere(): Promise<void> {
  const args = ['--disable-warning=ExperimentalWarning', main, '--home', home, '--listen', `${host}:${port}`];
  child = spawn(runtime, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout! });
  port = await new Promise<number>((resolve, reject) => {
    child.once('exit', () => reject(new Error(log.join('\n'))));
    lines.on('line', (line) => {
      log.push(line);
      const read = JSON.parse(line) as { event: string; port?: number };
      if (read.event === 'warden.listening') resolve(read.port ?? 0);
    });
  });
}

async function stopThere(): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await gone;
}

function credentialsOf(name: string, text: string): LinkCredentials {
  const path = join(folder, `${name}.pem`);
  writeFileSync(path, text, { mode: 0o600 });
  return readCredentials(path);
}

async function ask(client: WardenClient): Promise<string> {
  try {
    await client.hello();
    return 'answered';
  } catch (error) {
    return (error as { code: string }).code;
  } finally {
    await client.close();
  }
}

beforeAll(async () => {
  mkdirSync(home, { recursive: true });
  pin = prepareLinks(parts);
  await startThere();
});
afterAll(async () => {
  await server?.close();
  child.kill('SIGKILL');
  machine?.remove();
  rmSync(folder, { recursive: true, force: true });
});

test('a peer is let in by its own key alone, and out again when it is struck off', async () => {
  const own = credentialsOf('probe', addLink(parts, { name: 'probe', use: 'server' }));
  expect(await ask(connectWarden({ host, port, pin, credentials: own }))).toBe('answered');
  removeLink(home, 'probe');
  expect(await ask(connectWarden({ host, port, pin, credentials: own }))).toBe('WARDEN_REFUSES_PEER');
});

test('a certificate of another authority, TLS 1.2 and no certificate at all are refused by the warden', async () => {
  const strange = { ...parts, home: join(folder, 'strange') };
  mkdirSync(strange.home);
  prepareLinks(strange);
  const other = credentialsOf('other', addLink(strange, { name: 'x', use: 'server' }));
  const own = credentialsOf('own', addLink(parts, { name: 'own', use: 'server' }));
  // Theirs is no certificate of our authority; ours is believed, so that the refusal is the warden's.
  const posing = { ...other, authority: own.authority };
  expect(await ask(connectWarden({ host, port, pin, credentials: posing }))).toBe('WARDEN_REFUSES_PEER');
  const knock = (options: Record<string, unknown>): Promise<string> =>
    new Promise((resolve) => {
      const socket = connectTls({ host, port, servername: linkName, ca: own.authority, ...options });
      socket.on('data', (said: Buffer) => resolve(said.toString('latin1')));
      socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'error'));
      socket.on('close', () => resolve('closed'));
    });
  expect(await knock({})).toContain('WARDEN_REFUSES_PEER');
  const { certificate: cert, key } = own;
  expect(await knock({ cert, key, maxVersion: 'TLSv1.2' })).toMatch(/PROTOCOL_VERSION/);
  await expect
    .poll(() => log.filter((line) => line.includes('peer.refused')).length, { timeout: 60_000 })
    .toBeGreaterThanOrEqual(3);
});

test('the server refuses a warden of another authority, one of another key, and gives up one that says nothing', async () => {
  const own = credentialsOf('own', addLink(parts, { name: 'own', use: 'server' }));
  expect(await ask(connectWarden({ host, port, pin: '0'.repeat(64), credentials: own }))).toBe(
    'WARDEN_OTHER',
  );
  const strange = { ...parts, home: join(folder, 'strange') };
  const authority = readFileSync(join(strange.home, 'link', 'authority.pem'), 'utf8').split(
    '-----BEGIN PRIVATE',
  )[0]!;
  expect(await ask(connectWarden({ host, port, pin, credentials: { ...own, authority } }))).toBe(
    'WARDEN_OTHER',
  );

  const silent = createServer(() => undefined);
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const at = { host: '127.0.0.1', port: (silent.address() as AddressInfo).port };
  const startedMs = performance.now();
  expect(await ask(connectWarden({ ...at, pin, credentials: own }))).toBe('WARDEN_UNREACHABLE');
  expect(performance.now() - startedMs).toBeLessThan(60_000);
  silent.close();
});

test('a standby is joined over the same link, by a peer that is let in for that and for nothing else', async () => {
  const there = { ...parts, home: join(folder, 'standby') };
  mkdirSync(there.home, { mode: 0o700 });
  writeFileSync(join(there.home, 'settings.json'), '{"role": "standby"}');
  const standbyPin = prepareLinks(there);
  const standby = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', main, '--home', there.home, '--listen', '127.0.0.1:0'],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  try {
    const standbyPort = await new Promise<number>((resolve) => {
      createInterface({ input: standby.stdout }).on('line', (line) => {
        const read = JSON.parse(line) as { event: string; port?: number };
        if (read.event === 'warden.listening') resolve(read.port ?? 0);
      });
    });
    const at = { host: '127.0.0.1', port: standbyPort, pin: standbyPin };
    const first = join(folder, 'first');
    mkdirSync(first, { mode: 0o700 });
    const text = addLink(there, { name: 'first', use: 'warden' });
    writeFileSync(join(first, 'standby.pem'), text, { mode: 0o600 });
    const wish = { address: `127.0.0.1:${standbyPort}`, pin: standbyPin, credentials: 'standby.pem' };
    writeFileSync(join(first, 'settings.json'), JSON.stringify({ standby: wish }));
    const warden = await startWarden({ home: first, socketPath: join(folder, 'f') });
    const client = connectWarden(warden.socketPath);
    expect(await client.getStatus()).toMatchObject({ role: 'active', standby: 'current' });
    await client.close();
    await warden.stop();

    const asWarden = connectWarden({ ...at, credentials: readCredentials(join(first, 'standby.pem')) });
    await expect(asWarden.getStatus()).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
    await asWarden.close();
    const asServer = connectWarden({
      ...at,
      credentials: credentialsOf('asker', addLink(there, { name: 'asker', use: 'server' })),
    });
    expect(await asServer.getStatus()).toMatchObject({ role: 'standby' });
    await expect(asServer.tick()).rejects.toMatchObject({ code: 'WARDEN_IS_STANDBY' });
    await asServer.close();
  } finally {
    standby.kill('SIGKILL');
  }
});

test('a firm works over the link, goes on when the warden comes back, and says that it is separate', async () => {
  const serverHome = join(folder, 'server');
  mkdirSync(serverHome, { mode: 0o700 });
  writeFileSync(join(serverHome, 'link.pem'), addLink(parts, { name: 'server', use: 'server' }), {
    mode: 0o600,
  });
  const warden = { address: `${host}:${port}`, pin, credentials: 'link.pem' };
  const configure = (wish: unknown): void =>
    writeFileSync(join(serverHome, 'config.json'), JSON.stringify({ port: 0, warden: wish }));
  configure({ ...warden, pin: '0'.repeat(64) });
  await expect(startServer({ home: serverHome })).rejects.toMatchObject({ code: 'WARDEN_OTHER' });
  configure({ ...warden, pin: 'short' });
  await expect(startServer({ home: serverHome })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  configure(warden);
  server = await startServer({ home: serverHome });
  const place = { folder, home: 'lap' };
  const { client } = await foundFirm(place, server);
  writeFileSync(join(folder, 'deed.txt'), 'the words of the deed');
  await json(place, ['records', 'add', 'deed.txt', '--client', client]);
  const [added] = await json<{ record: string }[]>(place, ['records', 'list', '--client', client]);
  const codes = (await json<{ code: string }[]>(place, ['doctor'])).map(({ code }) => code);
  expect(codes).toContain('WARDEN_OTHER_MACHINE');
  expect(codes).not.toContain('WARDEN_SAME_USER');

  await stopThere();
  const open = ['records', 'open', added?.record ?? '', '-o', 'back.txt'];
  await expect.poll(() => server?.context.warden.isReachable, { timeout: 60_000 }).toBe(false);
  expect(await (await fetch(`${server.url}/v1/health`)).json()).toMatchObject({ isWardenReachable: false });
  await startThere();
  await expect.poll(() => server?.context.warden.isReachable, { timeout: 60_000 }).toBe(true);
  await json(place, open);
  expect(readFileSync(join(folder, 'back.txt'), 'utf8')).toBe('the words of the deed');
  // The state lies there and nowhere here.
  expect(execFileSync('find', [join(serverHome, 'warden'), '-type', 'f'], { encoding: 'utf8' })).toBe('');
});
