/** Opens the stream to a warden: its Unix socket, or TLS 1.3 with both sides pinned (docs/spec/warden.md section 9). */
import { X509Certificate, constants } from 'node:crypto';
import { createConnection } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { DependencyError } from '@strongroom/core';
import { pinOf } from './credentials.ts';
import type { LinkCredentials } from './credentials.ts';

/** Where a warden answers: a socket's path, or another machine. */
export type WardenAddress =
  | string
  | {
      readonly host: string;
      readonly port: number;
      /** The warden's. */
      readonly pin: string;
      readonly credentials: LinkCredentials;
    };

/** The name in every certificate of a link; who it is, is told by the pin. */
export const linkName = 'warden.strongroom.internal';

/** Nothing may be read while one knocks: a machine that never answers is given up after this. */
export const connectMsMax = 5_000;

/**
 * Opens a stream; `onOpen` runs when the other side is known to be the one meant.
 * Emits `error` with WARDEN_OTHER when another answers than the pinned one.
 */
export function connectLink(address: WardenAddress, onOpen: () => void): Socket {
  if (typeof address === 'string') return createConnection(address).once('connect', onOpen);
  const { host, port, pin, credentials } = address;
  const socket = connectTls({
    host,
    port,
    servername: linkName,
    minVersion: 'TLSv1.3',
    maxVersion: 'TLSv1.3',
    ca: credentials.authority,
    cert: credentials.certificate,
    key: credentials.key,
    secureOptions: constants.SSL_OP_NO_TICKET,
    checkServerIdentity: (_, { raw }) =>
      pinOf(new X509Certificate(raw)) === pin ? undefined : new DependencyError('WARDEN_OTHER'),
  });
  socket.setNoDelay(true);
  socket.setKeepAlive(true, connectMsMax);
  socket.setTimeout(connectMsMax, () => socket.destroy(new Error('no answer')));
  socket.once('secureConnect', () => {
    socket.setTimeout(0);
    onOpen();
  });
  return socket;
}

/** What a failure of a stream means for whoever asked for it. */
export function describeLinkFailure(cause: unknown): DependencyError {
  if (cause instanceof DependencyError) return cause;
  const code = (cause as NodeJS.ErrnoException | undefined)?.code ?? '';
  const options = cause === undefined ? {} : { cause };
  if (otherCodes.has(code)) return new DependencyError('WARDEN_OTHER', {}, options);
  if (/ALERT|BAD_CERTIFICATE/.test(code)) return new DependencyError('WARDEN_REFUSES_PEER', {}, options);
  return new DependencyError('WARDEN_UNREACHABLE', {}, options);
}

/** What the platform says of a certificate that our authority did not make, or that is over. */
const otherCodes: ReadonlySet<string> = new Set([
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_GET_ISSUER_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'CERT_SIGNATURE_FAILURE',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'INVALID_PURPOSE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);
