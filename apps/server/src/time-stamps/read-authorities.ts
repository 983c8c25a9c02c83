/** The file of trusted time-stamp authorities: certificates in PEM, read alike by the server and by `strongroom ledger verify`. */
import { StrongroomError } from '@strongroom/core';
import { isAuthority, readCertificate } from './certificates.ts';
import type { Certificate } from './certificates.ts';

const block = /-----BEGIN CERTIFICATE-----([\sA-Za-z0-9+/=]*?)-----END CERTIFICATE-----/g;
const authoritiesMax = 64;

/** The certificates of a PEM text; undefined unless there are 1 to 64, and each may sign certificates. What stands between them is passed over. */
export function parseAuthorities(pem: string): readonly Certificate[] | undefined {
  try {
    const found = [...pem.matchAll(block)].map(([, base64 = '']) =>
      readCertificate(Uint8Array.from(Buffer.from(base64, 'base64'))),
    );
    return found.length > 0 && found.length <= authoritiesMax && found.every(isAuthority) ? found : undefined;
  } catch (cause) {
    if (cause instanceof StrongroomError) return undefined;
    throw cause;
  }
}
