/**
 * Who may call at all, judged by name before anything is read. A web page elsewhere could reach the server through a name that it points
 * at it (DNS rebinding) or by a cross-site call; behind a proxy, somebody could reach it past the proxy. All are refused.
 */
import { isIP } from 'node:net';
import { AccessError } from '@strongroom/core';
import type { Reach } from './reach.ts';

/** What a call is for. */
export type Wanted = 'api' | 'page' | 'asset' | 'file';

/** What is known of a call before it is read. */
export type Caller = {
  readonly peer: string | undefined;
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly site: string | undefined;
  /** `sec-fetch-dest`. */
  readonly destination: string | undefined;
  readonly forwardedProto: string | undefined;
  readonly forwardedFor: string | undefined;
};

const loopbackName = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/**
 * Lets a call in; answers the address that it is counted under, none on this machine itself.
 * @throws AccessError HOST_REFUSED, PROXY_REQUIRED
 */
export function admitCaller(reach: Reach, wanted: Wanted, caller: Caller): string | undefined {
  const asker = reach.kind === 'proxy' ? admitProxy(reach, caller) : caller.peer;
  if (!isOurHost(reach, caller.host)) throw new AccessError('HOST_REFUSED', { reason: 'host' });
  const isSealedFrame = wanted === 'asset' && caller.origin === 'null';
  if (isSealedFrame) return countedAddress(reach, asker);
  const scheme = reach.kind === 'loopback' ? 'http' : 'https';
  if (caller.origin !== undefined && caller.origin !== `${scheme}://${caller.host}`)
    throw new AccessError('HOST_REFUSED', { reason: 'origin' });
  // A link in a message opens a page of ours, in a window of its own; it reads nothing and nothing of it can be read.
  const isLink = wanted === 'page' && caller.destination === 'document';
  if (caller.site === 'cross-site' && !isLink) throw new AccessError('HOST_REFUSED', { reason: 'site' });
  return countedAddress(reach, asker);
}

/** Plain HTTP is taken from the named proxies alone, and only for what reached them over TLS. */
function admitProxy(reach: Extract<Reach, { kind: 'proxy' }>, caller: Caller): string {
  const family = isIP(caller.peer ?? '');
  const isNamed =
    caller.peer !== undefined &&
    family !== 0 &&
    reach.proxies.check(caller.peer, family === 4 ? 'ipv4' : 'ipv6');
  if (!isNamed) throw new AccessError('PROXY_REQUIRED', { reason: 'peer' });
  if (caller.forwardedProto?.trim().toLowerCase() !== 'https')
    throw new AccessError('PROXY_REQUIRED', { reason: 'proto' });
  // Our proxy added the last one; those before are what the caller says.
  const last = caller.forwardedFor?.split(',').at(-1)?.trim() ?? '';
  if (isIP(last) === 0) throw new AccessError('PROXY_REQUIRED', { reason: 'for' });
  return last;
}

function isOurHost(reach: Reach, host: string | undefined): boolean {
  const name = /^(\[[0-9a-f:]+\]|[^:]+)(?::\d{1,5})?$/i.exec(host ?? '')?.[1];
  if (name === undefined) return false;
  return reach.kind === 'loopback' ? loopbackName.test(name) : name.toLowerCase() === reach.hostName;
}

/** IPv6 is handed out in networks: an asker has as many addresses as he likes within his own. */
function countedAddress(reach: Reach, address: string | undefined): string | undefined {
  if (reach.kind === 'loopback' || address === undefined) return undefined;
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  return isIP(plain) === 6 ? networkOf(plain) : plain;
}

/** The first 64 bits of an IPv6 address. */
function networkOf(address: string): string {
  const [head = '', tail = ''] = address.split('%')[0]?.split('::') ?? [];
  const groups = head.split(':').filter((group) => group !== '');
  const hasGap = address.includes('::');
  const last = tail.split(':').filter((group) => group !== '');
  const zeros = hasGap ? Array.from({ length: Math.max(0, 8 - groups.length - last.length) }, () => '0') : [];
  return [...groups, ...zeros, ...last]
    .slice(0, 4)
    .map((group) => group.toLowerCase().replace(/^0+(?=.)/, ''))
    .join(':');
}
