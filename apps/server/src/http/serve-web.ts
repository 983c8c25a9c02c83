/** The web app and the few pages that the server writes itself: everything that is asked for by GET and is no endpoint. */
import { AccessError } from '@strongroom/core';
import { headersOf } from '../web/policies.ts';
import type { Headers } from '../web/policies.ts';
import type { WebFile, WebRoot } from '../web/web-root.ts';

/** What a page or file is asked for with. */
export type WebQuestion = {
  /** Without the query. */
  readonly path: string;
  readonly accept: string | undefined;
  readonly acceptEncoding: string | undefined;
  readonly etag: string | undefined;
};

/** Which file answers a path: the file of that name, or the app's page where a person goes to one of its addresses. */
export function chooseFile(path: string, accept: string | undefined): string | undefined {
  if (path === '/') return 'index.html';
  const name = path.slice(1);
  const last = name.split('/').at(-1) ?? '';
  if (name.startsWith('v1/') || name === 'v1') return undefined;
  if (last.includes('.') || name.startsWith('assets/')) return name;
  return accept?.includes('text/html') === true ? 'index.html' : undefined;
}

/** @throws AccessError NOT_FOUND */
export function serveWeb(web: WebRoot, question: WebQuestion): Response {
  const name = chooseFile(question.path, question.accept);
  const file = name === undefined ? undefined : web.find(name);
  if (file === undefined) throw new AccessError('NOT_FOUND');
  const headers: Headers = {
    ...headersOf(file.path),
    'content-type': file.mediaType,
    vary: 'accept-encoding',
  };
  const isKept = headers['cache-control'] !== 'no-store';
  if (isKept && isSame(question.etag, file.etag))
    return new Response(null, { status: 304, headers: { ...headers, etag: file.etag } });
  const { encoding, bytes } = chooseBytes(file, question.acceptEncoding);
  return new Response(bytes, {
    headers: {
      ...headers,
      'content-length': String(bytes.length),
      ...(isKept ? { etag: file.etag } : {}),
      ...(encoding === undefined ? {} : { 'content-encoding': encoding }),
    },
  });
}

function isSame(asked: string | undefined, etag: string): boolean {
  return asked !== undefined && asked.split(',').some((one) => one.trim().replace(/^W\//, '') === etag);
}

function chooseBytes(
  file: WebFile,
  acceptEncoding = '',
): { readonly encoding: string | undefined; readonly bytes: Uint8Array<ArrayBuffer> } {
  const accepted = new Set(
    acceptEncoding
      .split(',')
      .map((one) => one.trim().toLowerCase())
      .filter((one) => !/;\s*q=0(\.0+)?$/.test(one))
      .map((one) => one.split(';')[0]?.trim()),
  );
  if (file.brotli !== undefined && accepted.has('br')) return { encoding: 'br', bytes: file.brotli };
  if (file.gzip !== undefined && accepted.has('gzip')) return { encoding: 'gzip', bytes: file.gzip };
  return { encoding: undefined, bytes: file.bytes };
}
