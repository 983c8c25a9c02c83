/** As much of S3 as backups use, on a loopback port: checks every signature and every payload's hash itself, and lists two keys a page. */
import { createHash, createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const pageSize = 2;

/** A running one. */
export type S3Server = {
  readonly url: string;
  readonly objects: Map<string, Buffer>;
  /** What it was asked, as `METHOD key`. */
  readonly asked: string[];
  /** Answers so many requests with 503 first. */
  busy: number;
  /** Breaks off so many answers with files in the middle. */
  cuts: number;
  /** Refuses what is written: credentials that may only read. */
  isReadOnly: boolean;
  /** Says yes to what is written under a path with this in it, and keeps nothing of it. */
  loses: string | undefined;
  /** Takes so many files and answers no request after them, until it is lifted with `Infinity`; `whenHeld` comes with the first. */
  filesBeforeHold: number;
  whenHeld(): Promise<void>;
  close(): void;
};

/** The text of a credentials file that it lets in. */
export const credentialsText = `[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = ${secret}\n`;

export async function startS3Server(): Promise<S3Server> {
  const objects = new Map<string, Buffer>();
  const asked: string[] = [];
  const state = {
    busy: 0,
    cuts: 0,
    isReadOnly: false,
    loses: undefined as string | undefined,
    filesBeforeHold: Number.POSITIVE_INFINITY,
  };
  const held = Promise.withResolvers<void>();
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (bytes: Buffer) => parts.push(bytes));
    request.on('end', () => answer(request, Buffer.concat(parts), response));
  });
  function answer(request: IncomingMessage, body: Buffer, response: ServerResponse): void {
    const refuse = (status: number, code: string): void => {
      response.writeHead(status, { 'content-type': 'application/xml' });
      response.end(`<?xml version="1.0"?><Error><Code>${code}</Code></Error>`);
    };
    const url = new URL(request.url ?? '', 'http://localhost');
    const key = decodeURIComponent(url.pathname).replace(/^\/firm-copies\//u, '');
    asked.push(`${request.method} ${key}`);
    if (state.busy > 0) {
      state.busy -= 1;
      refuse(503, 'SlowDown');
      return;
    }
    if (
      signatureOf(request) !== /Signature=([0-9a-f]{64})$/u.exec(request.headers.authorization ?? '')?.[1]
    ) {
      refuse(403, 'SignatureDoesNotMatch');
      return;
    }
    if (createHash('sha256').update(body).digest('hex') !== request.headers['x-amz-content-sha256']) {
      refuse(400, 'XAmzContentSHA256Mismatch');
      return;
    }
    if (url.searchParams.get('list-type') === '2') {
      const prefix = url.searchParams.get('prefix') ?? '';
      const from = url.searchParams.get('continuation-token') ?? '';
      const keys = [...objects.keys()].filter((name) => name.startsWith(prefix) && name > from).toSorted();
      const page = keys.slice(0, pageSize);
      const rows = page.map(
        (name) => `<Contents><Key>${name}</Key><Size>${objects.get(name)?.length}</Size></Contents>`,
      );
      const isMore = keys.length > pageSize;
      response.end(
        `<ListBucketResult><IsTruncated>${isMore}</IsTruncated>${rows.join('')}${isMore ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : ''}</ListBucketResult>`,
      );
      return;
    }
    if (request.method !== 'GET' && state.isReadOnly) {
      refuse(403, 'AccessDenied');
      return;
    }
    if (request.method === 'PUT') {
      if (state.filesBeforeHold === 0) {
        held.resolve();
        return;
      }
      state.filesBeforeHold -= 1;
      if (state.loses === undefined || !key.includes(state.loses)) objects.set(key, body);
    }
    if (request.method === 'DELETE') objects.delete(key);
    const object = objects.get(key);
    if (request.method === 'GET' && object === undefined) {
      refuse(404, 'NoSuchKey');
      return;
    }
    if (request.method === 'GET' && object !== undefined && state.cuts > 0) {
      state.cuts -= 1;
      response.writeHead(200, { 'content-length': object.length });
      response.write(object.subarray(0, object.length / 2), () => request.socket.destroy());
      return;
    }
    response.end(request.method === 'GET' ? object : '');
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(state, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/firm-copies/acme`,
    objects,
    asked,
    whenHeld: async () => await held.promise,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  });
}

/** The signature that a request with these bytes on the line must have. */
function signatureOf(request: IncomingMessage): string {
  const [path = '', query = ''] = (request.url ?? '').split('?');
  const { authorization = '' } = request.headers;
  const names = /SignedHeaders=([^,]+)/u.exec(authorization)?.[1] ?? '';
  const [, day = '', region = ''] = /Credential=[^/]+\/(\d+)\/([^/]+)\/s3/u.exec(authorization) ?? [];
  const canonical = [
    request.method,
    path,
    query.split('&').toSorted().join('&'),
    ...names.split(';').map((name) => `${name}:${String(request.headers[name])}`),
    '',
    names,
    request.headers['x-amz-content-sha256'],
  ].join('\n');
  const mac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
  const key = mac(mac(mac(mac(`AWS4${secret}`, day), region), 's3'), 'aws4_request');
  const text = [
    'AWS4-HMAC-SHA256',
    request.headers['x-amz-date'],
    `${day}/${region}/s3/aws4_request`,
    createHash('sha256').update(canonical).digest('hex'),
  ].join('\n');
  return mac(key, text).toString('hex');
}
