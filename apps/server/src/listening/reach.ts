/**
 * From where the server may be reached, out of what config.json and the command line wish for. Without TLS that is this machine alone;
 * beyond it there is TLS here or at a proxy that is named, and a host name: certificates and passkeys are bound to a name, and a
 * page under another name could not be told from ours.
 */
import { BlockList, isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import { InputError } from '@strongroom/core';

/** What may be wished for. */
export type ListenWishes = {
  readonly port?: number;
  readonly listen?: string;
  readonly hostName?: string;
  readonly tlsCertificate?: string;
  readonly tlsKey?: string;
  readonly ownAuthority?: boolean;
  readonly behindProxy?: readonly string[];
};

/** How people reach the server. */
export type Reach =
  | { readonly kind: 'loopback' }
  | {
      readonly kind: 'files';
      readonly hostName: string;
      readonly certificateFile: string;
      readonly keyFile: string;
    }
  | { readonly kind: 'own-authority'; readonly hostName: string }
  | { readonly kind: 'proxy'; readonly hostName: string; readonly proxies: BlockList };

/** Where it listens. */
export type Listening = { readonly port: number; readonly address: string; readonly reach: Reach };

/** Whether a value is a port; 0 lets the system choose. */
export function isPort(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= 65_535;
}

const portDefault = 8484;
const hostNameLengthMax = 253;
const labelPattern = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * @throws InputError PLAINTEXT_BEYOND_LOOPBACK, HOST_NAME_MISSING, HOST_NAME_INVALID, LISTEN_ADDRESS_INVALID, TLS_OPTIONS_INVALID,
 * PROXY_ADDRESS_INVALID
 */
export function planListening(wishes: ListenWishes): Listening {
  const address = readAddress(wishes.listen ?? '127.0.0.1');
  const reach = planReach(wishes);
  if (reach.kind === 'loopback' && !isLoopbackAddress(address))
    throw new InputError('PLAINTEXT_BEYOND_LOOPBACK');
  return { port: wishes.port ?? portDefault, address, reach };
}

function planReach(wishes: ListenWishes): Reach {
  const { tlsCertificate, tlsKey, ownAuthority = false, behindProxy } = wishes;
  const hasFiles = tlsCertificate !== undefined || tlsKey !== undefined;
  const wished = [hasFiles, ownAuthority, behindProxy !== undefined].filter(Boolean).length;
  if (wished > 1) throw new InputError('TLS_OPTIONS_INVALID', { reason: 'several' });
  if (wished === 0) {
    if (wishes.hostName !== undefined) throw new InputError('TLS_OPTIONS_INVALID', { reason: 'none' });
    return { kind: 'loopback' };
  }
  if (wishes.hostName === undefined) throw new InputError('HOST_NAME_MISSING');
  const hostName = readHostName(wishes.hostName);
  if (ownAuthority) return { kind: 'own-authority', hostName };
  if (behindProxy !== undefined) return { kind: 'proxy', hostName, proxies: readProxies(behindProxy) };
  if (tlsCertificate === undefined || tlsKey === undefined)
    throw new InputError('TLS_OPTIONS_INVALID', { reason: 'half' });
  return { kind: 'files', hostName, certificateFile: tlsCertificate, keyFile: tlsKey };
}

/** @throws InputError HOST_NAME_INVALID */
function readHostName(text: string): string {
  const name = domainToASCII(text).toLowerCase();
  const labels = name.split('.');
  const isName =
    name.length <= hostNameLengthMax &&
    labels.every((label) => labelPattern.test(label)) &&
    // a last label of digits makes it an address, by the rules of URLs
    !/^\d+$/.test(labels.at(-1) ?? '') &&
    isIP(text) === 0;
  if (!isName) throw new InputError('HOST_NAME_INVALID');
  return name;
}

function readAddress(text: string): string {
  if (text === 'localhost') return '127.0.0.1';
  if (isIP(text) === 0) throw new InputError('LISTEN_ADDRESS_INVALID');
  return text;
}

/** Whether an address is of this machine alone. */
function isLoopbackAddress(address: string): boolean {
  const family = isIP(address);
  return family === 4 ? address.startsWith('127.') : family === 6 && loopback6.check(address, 'ipv6');
}

const loopback6 = new BlockList();
loopback6.addAddress('::1', 'ipv6');
loopback6.addSubnet('::ffff:127.0.0.0', 104, 'ipv6');

/** @throws InputError PROXY_ADDRESS_INVALID */
function readProxies(texts: readonly string[]): BlockList {
  const list = new BlockList();
  if (texts.length === 0) throw new InputError('PROXY_ADDRESS_INVALID');
  for (const text of texts) {
    const match = /^([0-9a-fA-F.:]+)(?:\/(\d{1,3}))?$/.exec(text.trim());
    const family = isIP(match?.[1] ?? '');
    const bitsMax = family === 4 ? 32 : 128;
    const bits = match?.[2] === undefined ? bitsMax : Number(match[2]);
    // A network of everything would be no list of proxies.
    if (match?.[1] === undefined || family === 0 || bits > bitsMax || bits === 0)
      throw new InputError('PROXY_ADDRESS_INVALID');
    list.addSubnet(match[1], bits, family === 4 ? 'ipv4' : 'ipv6');
  }
  return list;
}
