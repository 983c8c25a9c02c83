import { describe, expect, test } from 'vitest';
import { planListening } from './reach.ts';
import type { ListenWishes } from './reach.ts';

const name = 'strongroom.example.com';
const files = { hostName: name, tlsCertificate: '/c.pem', tlsKey: '/k.pem' };

test('without a wish it is plain HTTP on this machine alone', () => {
  expect(planListening({})).toEqual({ port: 8484, address: '127.0.0.1', reach: { kind: 'loopback' } });
  expect(planListening({ listen: '::1', port: 1 })).toMatchObject({ port: 1, address: '::1' });
  expect(planListening({ listen: 'localhost' })).toMatchObject({ address: '127.0.0.1' });
});

test.each<[ListenWishes, string]>([
  [{ ...files, listen: '0.0.0.0' }, 'files'],
  [{ hostName: name, ownAuthority: true, listen: '::' }, 'own-authority'],
  [{ hostName: name, behindProxy: ['10.0.0.5', 'fd00::/8'], listen: '10.0.0.1' }, 'proxy'],
  [{ ...files, ownAuthority: false }, 'files'],
])('%j is reached beyond it', (wishes, kind) => {
  expect(planListening(wishes).reach).toMatchObject({ kind, hostName: name });
});

test.each<[ListenWishes, string]>([
  [{ listen: '0.0.0.0' }, 'PLAINTEXT_BEYOND_LOOPBACK'],
  [{ listen: '::' }, 'PLAINTEXT_BEYOND_LOOPBACK'],
  [{ listen: '::ffff:10.0.0.1' }, 'PLAINTEXT_BEYOND_LOOPBACK'],
  [{ listen: '192.168.1.4' }, 'PLAINTEXT_BEYOND_LOOPBACK'],
  [{ listen: 'server.example' }, 'LISTEN_ADDRESS_INVALID'],
  [{ hostName: name }, 'TLS_OPTIONS_INVALID'],
  [{ hostName: name, tlsKey: '/k.pem' }, 'TLS_OPTIONS_INVALID'],
  [{ hostName: name, tlsCertificate: '/c.pem' }, 'TLS_OPTIONS_INVALID'],
  [{ ...files, ownAuthority: true }, 'TLS_OPTIONS_INVALID'],
  [{ hostName: name, ownAuthority: true, behindProxy: ['127.0.0.1'] }, 'TLS_OPTIONS_INVALID'],
  [{ tlsCertificate: '/c.pem', tlsKey: '/k.pem' }, 'HOST_NAME_MISSING'],
  [{ ownAuthority: true }, 'HOST_NAME_MISSING'],
  [{ behindProxy: ['127.0.0.1'] }, 'HOST_NAME_MISSING'],
  ...[
    '10.0.0.1',
    '::1',
    '[::1]',
    '010.1',
    'a..b',
    '-a.example',
    'a_b.example',
    'https://a.example',
    'a.example:443',
    'a b',
    '',
  ].map((hostName): [ListenWishes, string] => [{ hostName, ownAuthority: true }, 'HOST_NAME_INVALID']),
  ...[[], ['proxy.example'], ['10.0.0.0/33'], ['0.0.0.0/0'], ['::/0'], ['10.0.0.1/'], ['']].map(
    (behindProxy): [ListenWishes, string] => [{ hostName: name, behindProxy }, 'PROXY_ADDRESS_INVALID'],
  ),
])('%j is refused with %s', (wishes, code) => {
  expect(() => planListening(wishes)).toThrow(expect.objectContaining({ code }));
});

describe('a host name', () => {
  test.each([
    ['Strongroom.Example.COM', 'strongroom.example.com'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['strongroom', 'strongroom'],
  ])('%s is kept as %s', (written, kept) => {
    expect(planListening({ hostName: written, ownAuthority: true }).reach).toMatchObject({ hostName: kept });
  });
});
