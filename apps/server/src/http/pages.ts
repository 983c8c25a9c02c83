/** What is asked for by GET and is no endpoint: the web app's pages and files, and the pages of the server itself. */
import type { HonoRequest } from 'hono';
import type { ServerContext } from '../context.ts';
import type { Wanted } from '../listening/callers.ts';
import { readWishedLocale, writeTrustPage, writeUnbuiltPage } from '../web/plain-pages.ts';
import { plainPageHeaders } from '../web/policies.ts';
import { chooseFile, serveWeb } from './serve-web.ts';

/** @throws AccessError NOT_FOUND, and what `admit` throws */
export function answerPage(
  context: ServerContext,
  request: HonoRequest,
  admit: (wanted: Wanted) => unknown,
): Response {
  const { path } = request;
  const accept = request.header('accept');
  const name = chooseFile(path, accept);
  const authority = context.tls?.authority;
  const isTrust = authority !== undefined && (path === '/authority' || path === '/authority.crt');
  admit(
    isTrust || name?.endsWith('.html') === true
      ? 'page'
      : name?.startsWith('assets/') === true
        ? 'asset'
        : 'file',
  );
  const locale = readWishedLocale(request.header('accept-language'));
  if (isTrust) {
    return path === '/authority'
      ? page(writeTrustPage(locale, authority))
      : new Response(authority.certificate, {
          headers: { ...plainPageHeaders, 'content-type': 'application/x-x509-ca-cert' },
        });
  }
  const { kind } = context.web.state;
  if (name === 'index.html' && kind !== 'built') return page(writeUnbuiltPage(locale, kind));
  return serveWeb(context.web, {
    path,
    accept,
    acceptEncoding: request.header('accept-encoding'),
    etag: request.header('if-none-match'),
  });
}

function page(text: string): Response {
  return new Response(text, { headers: { ...plainPageHeaders, 'content-type': 'text/html; charset=utf-8' } });
}
