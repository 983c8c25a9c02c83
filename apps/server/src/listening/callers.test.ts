import { describe, expect, test } from 'vitest';
import { admitCaller } from './callers.ts';
import type { Caller, Wanted } from './callers.ts';
import { planListening } from './reach.ts';

const hostName = 'strongroom.example.com';
const loopback = planListening({}).reach;
const tls = planListening({ hostName, ownAuthority: true }).reach;
const proxied = planListening({ hostName, behindProxy: ['10.0.0.5', '10.1.0.0/16', 'fd00::/8'] }).reach;
const nobody: Caller = {
  peer: '127.0.0.1',
  host: undefined,
  origin: undefined,
  site: undefined,
  destination: undefined,
  forwardedProto: undefined,
  forwardedFor: undefined,
};
const refusal = (code: string, reason: string): unknown =>
  expect.objectContaining({ code, details: { reason } });

describe('on this machine', () => {
  test.each(['127.0.0.1:8484', 'localhost', '[::1]:1', '127.0.0.2:80'])('%s is its name', (host) => {
    expect(admitCaller(loopback, 'api', { ...nobody, host, origin: `http://${host}` })).toBeUndefined();
  });

  test.each([
    undefined,
    '',
    'strongroom.example.com',
    '127.0.0.1.example.com',
    'localhost:1:2',
    '[::2]',
    'LOCALHOST.',
  ])('%s is not', (host) => {
    expect(() => admitCaller(loopback, 'api', { ...nobody, host })).toThrow(refusal('HOST_REFUSED', 'host'));
  });
});

describe('by TLS', () => {
  const caller = { ...nobody, peer: '203.0.113.7', host: hostName };

  test('the host name is its only name, at any port, and askers are told apart by address', () => {
    expect(admitCaller(tls, 'api', caller)).toBe('203.0.113.7');
    expect(admitCaller(tls, 'api', { ...caller, host: 'Strongroom.Example.com:8484' })).toBe('203.0.113.7');
    expect(admitCaller(tls, 'api', { ...caller, peer: '::ffff:203.0.113.7' })).toBe('203.0.113.7');
  });

  test.each(['127.0.0.1', 'localhost', '203.0.113.1', 'other.example.com', `${hostName}.other`])(
    '%s is refused',
    (host) => {
      expect(() => admitCaller(tls, 'api', { ...caller, host })).toThrow(refusal('HOST_REFUSED', 'host'));
    },
  );

  test('an origin is ours with https only', () => {
    expect(admitCaller(tls, 'api', { ...caller, origin: `https://${hostName}` })).toBeDefined();
    for (const origin of [`http://${hostName}`, `https://${hostName}:1`, 'https://other.example', 'null'])
      expect(() => admitCaller(tls, 'api', { ...caller, origin })).toThrow(refusal('HOST_REFUSED', 'origin'));
  });

  test('an asker with a network of his own is one asker', () => {
    const asker = (peer: string): string | undefined => admitCaller(tls, 'api', { ...caller, peer });
    expect(asker('2001:db8:1:2:3:4:5:6')).toBe(asker('2001:0db8:0001:0002::9'));
    expect(asker('2001:db8:1:2::1')).not.toBe(asker('2001:db8:1:3::1'));
    expect(asker('2001:db8::1')).toBe(asker('2001:db8:0:0:ffff::'));
  });

  test('who forwards is not listened to', () => {
    const forwarded = { forwardedFor: '198.51.100.1', forwardedProto: 'https' };
    expect(admitCaller(tls, 'api', { ...caller, ...forwarded })).toBe('203.0.113.7');
  });
});

describe('behind a proxy', () => {
  const caller = {
    ...nobody,
    peer: '10.0.0.5',
    host: hostName,
    forwardedProto: 'https',
    forwardedFor: '203.0.113.7',
  };

  test.each(['10.0.0.5', '10.1.2.3', '::ffff:10.0.0.5', 'fd00::5'])('%s is a named one', (peer) => {
    expect(admitCaller(proxied, 'api', { ...caller, peer })).toBe('203.0.113.7');
  });

  test.each([undefined, '127.0.0.1', '10.0.0.6', '10.2.0.1', 'fe80::5', '::1'])(
    '%s is not, whatever it says',
    (peer) => {
      expect(() => admitCaller(proxied, 'page', { ...caller, peer })).toThrow(
        refusal('PROXY_REQUIRED', 'peer'),
      );
    },
  );

  test('it must have been reached over TLS, and say by whom', () => {
    for (const forwardedProto of [undefined, '', 'http', 'http, https', 'wss'])
      expect(() => admitCaller(proxied, 'api', { ...caller, forwardedProto })).toThrow(
        refusal('PROXY_REQUIRED', 'proto'),
      );
    for (const forwardedFor of [undefined, '', 'unknown', '203.0.113.7, ', '203.0.113.7, somebody'])
      expect(() => admitCaller(proxied, 'api', { ...caller, forwardedFor })).toThrow(
        refusal('PROXY_REQUIRED', 'for'),
      );
  });

  test('the last hop counts: those before it are what the caller says of himself', () => {
    const forwardedFor = '127.0.0.1, 198.51.100.1, 203.0.113.9';
    expect(admitCaller(proxied, 'api', { ...caller, forwardedFor })).toBe('203.0.113.9');
  });

  test('the name is the host’s, not the proxy’s', () => {
    expect(() => admitCaller(proxied, 'api', { ...caller, host: '127.0.0.1:8484' })).toThrow(
      refusal('HOST_REFUSED', 'host'),
    );
  });
});

test.each<[Wanted, Partial<Caller>, boolean]>([
  ['asset', { origin: 'null', site: 'cross-site' }, true],
  ['asset', { origin: 'https://other.example', site: 'cross-site' }, false],
  ['asset', { site: 'cross-site', destination: 'script' }, false],
  ['page', { origin: 'null' }, false],
  ['file', { origin: 'null' }, false],
  ['api', { origin: 'null' }, false],
  ['page', { site: 'cross-site', destination: 'document' }, true],
  ['page', { site: 'cross-site', destination: 'iframe' }, false],
  ['page', { site: 'cross-site', destination: undefined }, false],
  ['file', { site: 'cross-site', destination: 'document' }, false],
  ['api', { site: 'cross-site', destination: 'document' }, false],
  ['api', { site: 'same-site' }, true],
])('%s asked for with %j: %s', (wanted, rest, isLetIn) => {
  const call = (): unknown => admitCaller(tls, wanted, { ...nobody, host: hostName, ...rest });
  if (isLetIn) expect(call).not.toThrow();
  else expect(call).toThrow(expect.objectContaining({ code: 'HOST_REFUSED' }));
});
