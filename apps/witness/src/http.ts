/** HTTP for a witness: who may call at all, how often, how much is read, and the answers of docs/spec/witness.md, section 2. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { StrongroomError } from '@strongroom/core';
import { addCheckpointBytesMax } from '@strongroom/ledger';
import { admitCaller } from '@strongroom/server/listening';
import type { Reach } from '@strongroom/server/listening';
import { idleMsMax } from './limits.ts';
import type { WitnessLog } from './log.ts';
import type { Rate } from './rate.ts';
import type { Witness } from './witness.ts';

type Answer = {
  readonly status: number;
  readonly body: string;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
};

const plainText = 'text/plain; charset=utf-8';
const tlogSize = 'text/x.tlog.size';
const refusals: Readonly<Record<number, string>> = {
  400: 'bad request',
  403: 'forbidden',
  404: 'not found',
  405: 'method not allowed',
  409: 'another key is trusted',
  413: 'too large',
  422: 'the proof does not show it',
  429: 'too many requests',
  500: 'failed, nothing was cosigned',
};

/** Answers requests for a witness. */
export function createListener(parts: {
  readonly witness: Witness;
  readonly reach: Reach;
  readonly rate: Rate;
  readonly log: WitnessLog;
}): RequestListener {
  return (request, response) => {
    request.setTimeout(idleMsMax, () => request.destroy());
    answer(parts, request).then(
      (made) => send(request, response, made),
      (cause: unknown) => {
        const code = cause instanceof StrongroomError ? cause.code : 'INTERNAL_ERROR';
        parts.log.write('witness.failed', { code });
        send(request, response, refuse(500));
      },
    );
  };
}

function refuse(status: number, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, body: `${refusals[status] ?? 'refused'}\n`, headers };
}

async function answer(
  { witness, reach, rate, log }: Parameters<typeof createListener>[0],
  request: IncomingMessage,
): Promise<Answer> {
  const address = admit(reach, request);
  if (address === undefined) return refuse(403);
  if (!rate.take(address)) {
    log.write('witness.refused', { status: 429 });
    return refuse(429, { 'retry-after': '5' });
  }
  const path = request.url ?? '';
  if (path === '/add-checkpoint') {
    if (request.method !== 'POST') return refuse(405, { allow: 'POST' });
    const body = await readBody(request);
    return body === undefined ? refuse(413, { connection: 'close' }) : await addCheckpoint(witness, body);
  }
  if (path === '/add-log') {
    if (request.method !== 'POST') return refuse(405, { allow: 'POST' });
    const body = await readBody(request);
    if (body === undefined) return refuse(413, { connection: 'close' });
    const status = await witness.addLog(body);
    if (status === 200) return { status, body: 'trusted\n' };
    log.write('witness.refused', { status });
    return refuse(status);
  }
  const [, originHash] = /^\/([0-9a-f]{64})\/checkpoint$/.exec(path) ?? [];
  if (originHash === undefined && path !== '/') return refuse(404);
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405, { allow: 'GET, HEAD' });
  if (originHash === undefined) return { status: 200, body: `${witness.vkey}\n` };
  const note = witness.findCheckpoint(originHash);
  return note === undefined ? refuse(404) : { status: 200, body: note };
}

/** The address that a caller is counted under; undefined for one that is not let in. */
function admit(reach: Reach, request: IncomingMessage): string | undefined {
  const header = (name: string): string | undefined => {
    const value = request.headers[name];
    return Array.isArray(value) ? value.join(',') : value;
  };
  try {
    const counted = admitCaller(reach, 'api', {
      peer: request.socket.remoteAddress,
      host: header('host'),
      origin: header('origin'),
      site: header('sec-fetch-site'),
      destination: header('sec-fetch-dest'),
      forwardedProto: header('x-forwarded-proto'),
      forwardedFor: header('x-forwarded-for'),
    });
    return counted ?? 'loopback';
  } catch (cause) {
    if (cause instanceof StrongroomError) return undefined;
    throw cause;
  }
}

/** Reads a body up to the limit; undefined beyond it. */
async function readBody(request: IncomingMessage): Promise<Uint8Array | undefined> {
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared > addCheckpointBytesMax) return undefined;
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > addCheckpointBytesMax) return undefined;
    parts.push(part);
  }
  return new Uint8Array(Buffer.concat(parts));
}

async function addCheckpoint(witness: Witness, body: Uint8Array): Promise<Answer> {
  const judged = await witness.addCheckpoint(body);
  if (judged.status === 200) return { status: 200, body: judged.cosignature };
  if (judged.status === 409) return { status: 409, body: `${judged.size}\n`, type: tlogSize };
  return refuse(judged.status);
}

function send(request: IncomingMessage, response: ServerResponse, made: Answer): void {
  if (response.destroyed || response.headersSent) return;
  const body = Buffer.from(made.body, 'utf8');
  response.writeHead(made.status, {
    'content-type': made.type ?? plainText,
    'content-length': String(body.length),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...made.headers,
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}
