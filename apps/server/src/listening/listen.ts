/** Opens the port: plain on this machine or behind a proxy, TLS 1.2 and 1.3 everywhere else. */
import { createServer as createPlainServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Server as TlsServer } from 'node:https';
import { isIP } from 'node:net';
import { DependencyError, InputError } from '@strongroom/core';
import type { Clock } from '../clock.ts';
import type { Listening } from './reach.ts';
import { strictTransport } from './strict-transport.ts';
import type { TlsKeeper } from './tls-keeper.ts';
import type { TlsPair } from './tls-pair.ts';

/** Gets told what becomes of the certificate. */
export interface TlsLog {
  write(event: 'tls.taken' | 'tls.renewed' | 'tls.refused', fields?: { readonly code?: string }): void;
}

/** An open port. */
export type Listener = { readonly url: string; readonly port: number; close(): Promise<void> };

const closeGraceMs = 5_000;
const limits = { requestTimeout: 300_000, headersTimeout: 20_000, maxHeaderSize: 16_384 };
const handshakeTimeoutMs = 10_000;
/** Forward secrecy and authenticated encryption only. */
const ciphers = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  ...['ECDSA', 'RSA'].flatMap((kind) =>
    ['AES128-GCM-SHA256', 'AES256-GCM-SHA384', 'CHACHA20-POLY1305'].map((name) => `ECDHE-${kind}-${name}`),
  ),
].join(':');

/** @throws DependencyError PORT_IN_USE; InputError LISTEN_ADDRESS_INVALID */
export async function listen(options: {
  readonly listening: Listening;
  readonly tls: TlsKeeper | undefined;
  readonly answer: RequestListener;
  readonly clock: Clock;
  readonly log: TlsLog;
}): Promise<Listener> {
  const { listening, tls, clock } = options;
  const answer = listening.reach.kind === 'loopback' ? options.answer : withStrictTransport(options.answer);
  const tlsServer = tls === undefined ? undefined : createTls(tls, listening, answer);
  const server: Server | TlsServer = tlsServer ?? createPlainServer(limits, answer);
  await open(server, listening);
  const stopWatching =
    tls === undefined || tlsServer === undefined ? undefined : watch(tls, tlsServer, options.log);
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : listening.port;
  return {
    url: urlOf(listening, port),
    port,
    async close() {
      stopWatching?.();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const cancel = clock.schedule(closeGraceMs, () => server.closeAllConnections());
      await closed;
      cancel();
    },
  };
}

function createTls(tls: TlsKeeper, { reach }: Listening, answer: RequestListener): TlsServer {
  return createTlsServer(
    {
      ...limits,
      ...contextOf(tls.pair),
      handshakeTimeout: handshakeTimeoutMs,
      // Whoever asks for another name is not shown ours.
      SNICallback: (name, settle) => {
        if (reach.kind !== 'loopback' && name.toLowerCase() === reach.hostName) settle(null);
        else settle(new InputError('HOST_NAME_INVALID'));
      },
    },
    answer,
  );
}

function contextOf({ certificate, key }: TlsPair): Parameters<TlsServer['setSecureContext']>[0] {
  return {
    cert: certificate,
    key,
    ciphers,
    honorCipherOrder: true,
    minVersion: 'TLSv1.2',
    maxVersion: 'TLSv1.3',
  };
}

/** New connections get the new certificate; those that are open go on. */
function watch(tls: TlsKeeper, server: TlsServer, log: TlsLog): () => void {
  return tls.watch((change) => {
    if (change.kind === 'refused') {
      log.write('tls.refused', { code: change.code });
      return;
    }
    server.setSecureContext(contextOf(change.pair));
    log.write(change.kind === 'renewed' ? 'tls.renewed' : 'tls.taken');
  });
}

function withStrictTransport(answer: RequestListener): RequestListener {
  return (request, response) => {
    response.setHeader('strict-transport-security', strictTransport);
    answer(request, response);
  };
}

async function open(server: Server | TlsServer, { port, address }: Listening): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      if (cause.code === 'EADDRINUSE') reject(new DependencyError('PORT_IN_USE', { port }, { cause }));
      else if (cause.code === 'EADDRNOTAVAIL' || cause.code === 'EACCES')
        reject(new InputError('LISTEN_ADDRESS_INVALID', { port }, { cause }));
      else reject(cause);
    });
    server.listen(port, address, resolve);
  });
}

/** The address that people use. Behind a proxy it is the proxy's, at its usual port. */
function urlOf({ reach, address }: Listening, port: number): string {
  if (reach.kind === 'loopback') return `http://${isIP(address) === 6 ? `[${address}]` : address}:${port}`;
  if (reach.kind === 'proxy' || port === 443) return `https://${reach.hostName}`;
  return `https://${reach.hostName}:${port}`;
}
