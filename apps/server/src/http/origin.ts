/**
 * The server listens on loopback only. A web page elsewhere could still reach it through a name that it points at
 * loopback (DNS rebinding) or by a cross-site call; both are refused by name before anything is read.
 */
import { AccessError } from '@strongroom/core';

const loopbackNames = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** @throws AccessError HOST_REFUSED */
export function assertLocalCaller(headers: {
  host: string | undefined;
  origin: string | undefined;
  site: string | undefined;
}): void {
  if (!isLoopback(headers.host)) throw new AccessError('HOST_REFUSED', { reason: 'host' });
  if (headers.origin !== undefined) {
    const match = /^http:\/\/([^/]+)$/.exec(headers.origin);
    if (match === null || match[1] !== headers.host)
      throw new AccessError('HOST_REFUSED', { reason: 'origin' });
  }
  if (headers.site === 'cross-site') throw new AccessError('HOST_REFUSED', { reason: 'site' });
}

function isLoopback(host: string | undefined): boolean {
  const match = /^(\[::1\]|[^:]+)(?::\d{1,5})?$/.exec(host ?? '');
  return match !== null && loopbackNames.has(match[1] ?? '');
}
