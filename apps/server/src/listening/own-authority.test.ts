import { execFileSync } from 'node:child_process';
import { createPrivateKey, randomBytes, X509Certificate } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createHandClock } from '../../tests/hand-clock.ts';
import { makeAuthority, makeServerCertificate } from './certificates.ts';
import { openOwnAuthority } from './own-authority.ts';
import type { TlsChange, TlsKeeper } from './tls-keeper.ts';

const dayMs = 86_400_000;
const hostName = 'strongroom.example.com';
const openssl = '/usr/bin/openssl';
const startMs = Date.UTC(2026, 10, 22, 12);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sr-ca-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});
const open = (clock = createHandClock(startMs), name = hostName): TlsKeeper =>
  openOwnAuthority({ folder: join(folder, 'tls'), hostName: name, clock, randomBytes });

test('makes an authority and a certificate of this name, kept privately outside data/', () => {
  const { authority, pair } = open();
  const top = new X509Certificate(authority?.certificate ?? '');
  const own = new X509Certificate(pair.certificate);
  expect([top.ca, own.ca]).toEqual([true, false]);
  expect(own.verify(top.publicKey)).toBe(true);
  expect(own.checkIssued(top)).toBe(true);
  expect(own.subjectAltName).toBe(`DNS:${hostName}`);
  expect(own.checkHost(hostName)).toBe(hostName);
  expect(own.checkHost(`www.${hostName}`)).toBeUndefined();
  expect(authority).toMatchObject({ isNew: true, hostName, fingerprint: top.fingerprint256 });
  expect(statSync(join(folder, 'tls')).mode & 0o777).toBe(0o700);
  expect(readdirSync(join(folder, 'tls')).sort()).toEqual(['authority.crt', 'authority.pem', 'server.pem']);
  for (const name of ['authority.pem', 'server.pem'])
    expect(statSync(join(folder, 'tls', name)).mode & 0o777).toBe(0o600);
  expect(readFileSync(join(folder, 'tls', 'authority.crt'), 'utf8')).not.toContain('PRIVATE');
});

test('the next start finds both again', () => {
  const first = open();
  const second = open(createHandClock(startMs + dayMs));
  expect(second.authority).toEqual({ ...first.authority, isNew: false });
  expect(second.pair.certificate).toBe(first.pair.certificate);
});

test('the certificate is renewed by itself a month before its end, under the same authority', () => {
  const clock = createHandClock(startMs);
  const keeper = open(clock);
  const first = keeper.pair;
  const changes: TlsChange[] = [];
  const stop = keeper.watch((change) => changes.push(change));
  clock.advance(59 * dayMs);
  expect(changes).toEqual([]);
  clock.advance(2 * dayMs);
  expect(changes).toMatchObject([{ kind: 'renewed' }]);
  expect(keeper.pair.certificate).not.toBe(first.certificate);
  expect(keeper.pair.endsMs).toBeGreaterThan(clock.nowMs() + 85 * dayMs);
  expect(new X509Certificate(keeper.pair.certificate).checkHost(hostName)).toBe(hostName);
  stop();
  clock.advance(200 * dayMs);
  expect(changes).toHaveLength(1);
  expect(open(clock).authority?.fingerprint).toBe(keeper.authority?.fingerprint);
});

test('a server that was off for long starts with a certificate that is valid', () => {
  const { pair } = open();
  const later = createHandClock(startMs + 400 * dayMs);
  const after = open(later).pair;
  expect(after.endsMs).toBeGreaterThan(later.nowMs());
  expect(after.certificate).not.toBe(pair.certificate);
});

describe('refuses', () => {
  const code = (expected: string): unknown => expect.objectContaining({ code: expected });

  test('another host name than it was made for, also one too long to be shown', () => {
    open();
    expect(() => open(undefined, 'other.example.com')).toThrow(code('AUTHORITY_OTHER_NAME'));
    rmSync(join(folder, 'tls'), { recursive: true });
    const long = `${'a'.repeat(60)}.example.com`;
    expect(open(undefined, long).pair.certificate).toContain('BEGIN');
    expect(open(undefined, long).authority?.isNew).toBe(false);
    expect(() => open(undefined, `b${long.slice(1)}`)).toThrow(code('AUTHORITY_OTHER_NAME'));
  });

  test('a damaged or a lost authority: people trust the one that was', () => {
    open();
    const file = join(folder, 'tls', 'authority.pem');
    const whole = readFileSync(file, 'utf8');
    for (const text of [whole.slice(0, 300), whole.replace(/-----BEGIN PRIVATE[\s\S]*/, ''), '']) {
      writeFileSync(file, text);
      expect(() => open()).toThrow(code('AUTHORITY_DAMAGED'));
    }
    rmSync(file);
    expect(() => open()).toThrow(code('AUTHORITY_DAMAGED'));
    writeFileSync(file, whole);
    expect(() => open()).not.toThrow();
  });

  test('nothing because of a damaged certificate of the server: another is made', () => {
    const { authority } = open();
    writeFileSync(join(folder, 'tls', 'server.pem'), 'nothing');
    expect(open().authority?.fingerprint).toBe(authority?.fingerprint);
    expect(new X509Certificate(open().pair.certificate).checkHost(hostName)).toBe(hostName);
  });
});

const reason = existsSync(openssl) ? '' : ' [skipped: no openssl]';
describe.skipIf(reason !== '')(`by OpenSSL’s judgement${reason}`, () => {
  const validity = { fromMs: startMs - dayMs, untilMs: startMs + dayMs };

  test('the chain is right by the strict rules', () => {
    const authority = makeAuthority(hostName, validity, randomBytes(16));
    const certificateKey = createPrivateKey(authority.key);
    const server = makeServerCertificate({ certificateKey, hostName }, hostName, validity, randomBytes(16));
    const [top, own] = [join(folder, 'authority.crt'), join(folder, 'server.crt')];
    writeFileSync(top, authority.certificate);
    writeFileSync(own, server.certificate);
    const rules = ['-x509_strict', '-purpose', 'sslserver', '-verify_hostname', hostName];
    const args = ['verify', ...rules, '-attime', String(startMs / 1000), '-CAfile', top, own];
    expect(execFileSync(openssl, args, { encoding: 'utf8' })).toContain('OK');
  });
});

test('the authority can vouch for no other name: a certificate of its key for one is refused by the TLS library', async () => {
  const { createServer } = await import('node:https');
  const { shakeHands } = await import('../../tests/tls-client.ts');
  const nowMs = Date.now();
  const validity = { fromMs: nowMs - dayMs, untilMs: nowMs + dayMs };
  const authority = makeAuthority(hostName, validity, randomBytes(16));
  const offer = async (name: string): Promise<string> => {
    const made = makeServerCertificate(
      { certificateKey: createPrivateKey(authority.key), hostName },
      name,
      validity,
      randomBytes(16),
    );
    const server = createServer({ cert: made.certificate, key: made.key });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { readonly port: number };
    try {
      (await shakeHands({ port, servername: name, ca: authority.certificate })).destroy();
      return 'trusted';
    } catch (error) {
      return (error as Error).message;
    } finally {
      server.close();
    }
  };
  expect(await offer(hostName)).toBe('trusted');
  expect(await offer('bank.example.com')).toBe('permitted subtree violation');
});
