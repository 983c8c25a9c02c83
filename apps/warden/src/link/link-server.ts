/**
 * The warden's port for other machines: TLS 1.3 only, and only peers whose certificate our own authority made and whose key is
 * pinned in `link/peers.json`, which is read at each connection, so that a peer struck out of it is out at the next one.
 */
import { X509Certificate, constants } from 'node:crypto';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import type { Server, TLSSocket } from 'node:tls';
import { StrongroomError } from '@strongroom/core';
import type { Logger } from '../logger.ts';
import { encodeFrame } from '../protocol/frames.ts';
import { connectMsMax } from './connect-link.ts';
import { pinOf, readCredentials, readPeers } from './credentials.ts';
import type { PeerUse } from './credentials.ts';

const connectionsMax = 64;

/** Makes the server; connections are given to `onPeer` once they are known. @throws InputError WARDEN_LINK_INVALID */
export function createLinkServer(options: {
  /** The warden's home. */
  readonly home: string;
  readonly logger: Logger;
  readonly onPeer: (socket: TLSSocket, use: PeerUse) => void;
}): Server {
  const { logger } = options;
  const folder = join(options.home, 'link');
  const credentials = readCredentials(join(folder, 'warden.pem'));
  const peersFile = join(folder, 'peers.json');
  readPeers(peersFile);
  const server = createServer(
    {
      minVersion: 'TLSv1.3',
      maxVersion: 'TLSv1.3',
      ca: credentials.authority,
      cert: credentials.certificate,
      key: credentials.key,
      requestCert: true,
      // Judged below: the platform would hang up on a stranger without a word.
      rejectUnauthorized: false,
      handshakeTimeout: connectMsMax,
      secureOptions: constants.SSL_OP_NO_TICKET,
    },
    (socket) => {
      socket.on('error', () => socket.destroy());
      socket.setNoDelay(true);
      socket.setKeepAlive(true, connectMsMax);
      const use = socket.authorized ? findUse(socket, peersFile) : undefined;
      if (use !== undefined) return options.onPeer(socket, use);
      logger.log('peer.refused', { reason: socket.authorized ? 'pin' : 'certificate' });
      socket.end(encodeFrame({ id: 0, ok: false, code: 'WARDEN_REFUSES_PEER', details: {} }));
    },
  );
  server.maxConnections = connectionsMax;
  server.on('tlsClientError', (error: NodeJS.ErrnoException) => {
    logger.log('peer.refused', { reason: error.code ?? 'tls' });
  });
  return server;
}

function findUse(socket: TLSSocket, peersFile: string): PeerUse | undefined {
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return undefined;
  const pin = pinOf(new X509Certificate(certificate.raw));
  try {
    return readPeers(peersFile).find((peer) => peer.pin === pin)?.use;
  } catch (error) {
    // A list that cannot be read accepts nobody.
    if (error instanceof StrongroomError) return undefined;
    throw error;
  }
}
