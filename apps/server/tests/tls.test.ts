/** The TLS port: which connections there are at all, and certificates that change while it is open. */
import { createPrivateKey, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer, getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startServer } from '../src/index.ts';
import { makeAuthority, makeServerCertificate } from '../src/listening/certificates.ts';
import type { KeyedCertificate } from '../src/listening/certificates.ts';
import { listen } from '../src/listening/listen.ts';
import type { Listener } from '../src/listening/listen.ts';
import { planListening } from '../src/listening/reach.ts';
import { openTlsFiles } from '../src/listening/tls-files.ts';
import { createLog } from '../src/log.ts';
import { createHandClock } from './hand-clock.ts';
import type { HandClock } from './hand-clock.ts';
import { makeHome } from './running-server.ts';
import { TestMember } from './test-member.ts';
import { getByName, readSerial, shakeHands } from './tls-client.ts';

const dayMs = 86_400_000;
const name = 'strongroom.test';
const nowMs = Date.now();
const validity = { fromMs: nowMs - dayMs, untilMs: nowMs + dayMs };
const authority = makeAuthority(name, validity, randomBytes(16));
const issue = (hostName = name, when = validity): KeyedCertificate =>
  makeServerCertificate(
    { certificateKey: createPrivateKey(authority.key), hostName: name },
    hostName,
    when,
    randomBytes(16),
  );
const ca = authority.certificate;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sr-tls-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('a port with a certificate from files', () => {
  let clock: HandClock;
  let listener: Listener;
  let logged: { event: string; code?: string }[];
  let certificateFile: string;
  let keyFile: string;
  const put = ({ certificate, key }: KeyedCertificate): void => {
    writeFileSync(certificateFile, certificate);
    writeFileSync(keyFile, key, { mode: 0o600 });
  };

  beforeEach(async () => {
    clock = createHandClock(nowMs);
    logged = [];
    certificateFile = join(folder, 'cert.pem');
    keyFile = join(folder, 'key.pem');
    put(issue());
    const listening = planListening({
      hostName: name,
      tlsCertificate: certificateFile,
      tlsKey: keyFile,
      port: 0,
    });
    listener = await listen({
      listening,
      tls: openTlsFiles({ certificateFile, keyFile, hostName: name, clock }),
      answer: (incoming, response) => response.end(incoming.url),
      clock,
      log: createLog(clock, (line) => logged.push(JSON.parse(line) as { event: string })),
    });
  });
  afterEach(async () => {
    const closed = listener.close();
    clock.advance(6_000);
    await closed;
  });

  test('speaks TLS 1.2 and 1.3, and nothing older', async () => {
    const versions = ['TLSv1.2', 'TLSv1.3'] as const;
    for (const version of versions) {
      const socket = await shakeHands({
        port: listener.port,
        servername: name,
        ca,
        minVersion: version,
        maxVersion: version,
      });
      expect(socket.getProtocol()).toBe(version);
      socket.destroy();
    }
    const old = { servername: name, ca, minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1' } as const;
    const weak = { ...old, ciphers: 'DEFAULT@SECLEVEL=0' };
    await expect(shakeHands({ ...weak, port: listener.port })).rejects.toThrow(/protocol version/i);
    // The same client is not at fault: a server that speaks TLS 1.1 is reached by it.
    const { certificate, key } = issue();
    const lax = createTlsServer({
      cert: certificate,
      key,
      minVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    });
    await new Promise<void>((resolve) => lax.listen(0, '127.0.0.1', resolve));
    const reached = await shakeHands({ ...weak, port: (lax.address() as { port: number }).port });
    expect(reached.getProtocol()).toBe('TLSv1.1');
    reached.destroy();
    lax.close();
  });

  test('answers nothing that is not TLS', async () => {
    const plain = new Promise((resolve, reject) => {
      request({ host: '127.0.0.1', port: listener.port, path: '/' }, resolve).once('error', reject).end();
    });
    await expect(plain).rejects.toThrow(/socket hang up|ECONNRESET/);
  });

  test('shows its certificate to nobody who asks for another name', async () => {
    await expect(
      shakeHands({ port: listener.port, servername: 'other.test', rejectUnauthorized: false }),
    ).rejects.toThrow();
    const { headers } = await getByName({ port: listener.port, name, ca }, '/');
    expect(headers['strict-transport-security']).toBe('max-age=31536000');
  });

  test('takes a changed certificate over without dropping a connection', async () => {
    const options = { port: listener.port, servername: name, ca };
    const before = await readSerial(options);
    const kept = await shakeHands(options);
    put(issue());
    clock.advance(5_000);
    expect(await readSerial(options)).toBe(before); // still being written, for all that is known
    clock.advance(5_000);
    expect(await readSerial(options)).not.toBe(before);
    expect(logged).toMatchObject([{ event: 'tls.taken' }]);
    const answered = new Promise<string>((resolve) =>
      kept.once('data', (chunk: Buffer) => resolve(chunk.toString())),
    );
    kept.write(`GET /kept HTTP/1.1\r\nhost: ${name}\r\n\r\n`);
    expect(await answered).toMatch(/^HTTP\/1\.1 200/);
    kept.destroy();
  });

  test.each<[string, () => void]>([
    ['TLS_KEY_MISMATCH', () => writeFileSync(keyFile, issue().key)],
    ['TLS_CERTIFICATE_INVALID', () => writeFileSync(certificateFile, 'nothing')],
    ['TLS_KEY_INVALID', () => writeFileSync(keyFile, 'nothing')],
    ['TLS_CERTIFICATE_NAME', () => put(issue('other.test'))],
    ['TLS_CERTIFICATE_ENDED', () => put(issue(name, { fromMs: nowMs - 2 * dayMs, untilMs: nowMs - dayMs }))],
    ['TLS_FILE_UNREADABLE', () => rmSync(certificateFile)],
  ])('keeps what works where the change is wrong: %s', async (code, change) => {
    const options = { port: listener.port, servername: name, ca };
    const before = await readSerial(options);
    change();
    clock.advance(15_000);
    expect(logged).toMatchObject([{ event: 'tls.refused', code }]);
    expect(await readSerial(options)).toBe(before);
    put(issue());
    clock.advance(15_000);
    expect(logged.at(-1)).toMatchObject({ event: 'tls.taken' });
    expect(await readSerial(options)).not.toBe(before);
  });

  test.each([
    ['TLS_KEY_MISMATCH', () => writeFileSync(keyFile, issue().key)],
    ['TLS_FILE_UNREADABLE', () => rmSync(keyFile)],
  ])('is not opened with a wrong pair: %s', (code, change) => {
    change();
    expect(() => openTlsFiles({ certificateFile, keyFile, hostName: name, clock })).toThrow(
      expect.objectContaining({ code }),
    );
  });
});

describe('a server with its own authority', () => {
  test('is reached by its name over TLS, and tells how to trust it', { timeout: 180_000 }, async () => {
    const home = makeHome();
    const server = await startServer({
      home: home.path,
      listening: { hostName: name, ownAuthority: true, port: 0 },
      webRoot: join(folder, 'none'),
    });
    try {
      expect(server.url).toMatch(/^https:\/\/strongroom\.test:\d+$/);
      const to = { port: Number(new URL(server.url).port), name, ca: server.authority?.certificate ?? '' };
      const health = await getByName(to, '/v1/health');
      expect([health.status, health.headers['strict-transport-security']]).toEqual([200, 'max-age=31536000']);
      const certificate = await getByName(to, '/authority.crt');
      expect(certificate.headers['content-type']).toBe('application/x-x509-ca-cert');
      expect(certificate.body).toBe(server.authority?.certificate);
      const trust = await getByName(to, '/authority', { 'accept-language': 'pl' });
      expect(trust.body).toContain(server.authority?.fingerprint);
      expect(trust.body).toContain('Zaufane główne urzędy certyfikacji');
      for (const host of ['127.0.0.1', 'localhost', 'other.test'])
        expect((await getByName(to, '/v1/health', { host })).status).toBe(421);
      expect((await getByName(to, '/v1/health', { origin: `http://${name}:${to.port}` })).status).toBe(421);
    } finally {
      await server.close();
      home.remove();
    }
  });
});

test(
  'doctor tells how people reach the server, and until when its certificate is good',
  { timeout: 180_000 },
  async () => {
    const home = makeHome();
    const server = await startServer({
      home: home.path,
      listening: { hostName: 'localhost', ownAuthority: true, port: 0 },
    });
    const trusted = getCACertificates('default');
    try {
      setDefaultCACertificates([server.authority?.certificate ?? '']);
      const owner = await TestMember.createFirm(server.url, server.firstRunCode ?? '');
      const findings = (await owner.call('GET', '/v1/doctor')).json['findings'];
      const { fingerprint } = server.authority ?? {};
      expect(findings).toContainEqual({
        code: 'TLS_OWN_AUTHORITY',
        severity: 'info',
        details: { name: 'localhost', fingerprint },
      });
      expect(findings).toContainEqual({
        code: 'TLS_CERTIFICATE_ENDS',
        severity: 'info',
        details: { endsOn: expect.stringMatching(/^20\d\d-\d\d-\d\d$/), days: 89 },
      });
    } finally {
      setDefaultCACertificates(trusted);
      await server.close();
      home.remove();
    }
  },
);

test(
  'a server behind a proxy answers its proxy alone, and only what came to that over TLS',
  { timeout: 180_000 },
  async () => {
    const home = makeHome();
    const forwarded = { 'x-forwarded-proto': 'https', 'x-forwarded-for': '203.0.113.7', host: name };
    const start = (behindProxy: readonly string[]): ReturnType<typeof startServer> =>
      startServer({ home: home.path, listening: { hostName: name, behindProxy, port: 0 } });
    let server = await start(['127.0.0.1']);
    try {
      expect(server.url).toBe(`https://${name}`);
      expect(await ask(server.port, forwarded)).toMatchObject({ status: 200, strict: 'max-age=31536000' });
      expect(await ask(server.port, { host: name })).toMatchObject({ status: 403, code: 'PROXY_REQUIRED' });
      expect(await ask(server.port, { ...forwarded, 'x-forwarded-proto': 'http' })).toMatchObject({
        status: 403,
      });
      expect(await ask(server.port, { ...forwarded, host: '127.0.0.1' })).toMatchObject({ status: 421 });
      await server.close();
      server = await start(['10.9.9.9']);
      expect(await ask(server.port, forwarded)).toMatchObject({ status: 403, code: 'PROXY_REQUIRED' });
    } finally {
      await server.close();
      home.remove();
    }
  },
);

type Asked = { readonly status: number; readonly strict: unknown; readonly code: unknown };

function ask(port: number, headers: Record<string, string>): Promise<Asked> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path: '/v1/health', headers }, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          strict: response.headers['strict-transport-security'],
          code: (JSON.parse(body) as { readonly code?: string }).code,
        }),
      );
    });
    sent.once('error', reject).end();
  });
}
