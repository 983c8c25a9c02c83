/** The certificate of a way of listening: from files, of an own authority, or none. */
import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import { openOwnAuthority } from './own-authority.ts';
import type { Reach } from './reach.ts';
import { openTlsFiles } from './tls-files.ts';
import type { TlsKeeper } from './tls-keeper.ts';

/**
 * @param options.home an own authority lies in its `tls/`
 * @throws what openTlsFiles and openOwnAuthority throw
 */
export function openTls(options: {
  readonly reach: Reach;
  readonly home: string;
  readonly clock: Clock;
  readonly randomBytes: (length: number) => Uint8Array;
}): TlsKeeper | undefined {
  const { reach, home, clock, randomBytes } = options;
  if (reach.kind === 'files') return openTlsFiles({ ...reach, clock });
  if (reach.kind !== 'own-authority') return undefined;
  return openOwnAuthority({ folder: join(home, 'tls'), hostName: reach.hostName, clock, randomBytes });
}
