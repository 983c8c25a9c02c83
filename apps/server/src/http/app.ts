/**
 * Binds handlers to the endpoint table and answers HTTP. The order for every call is the same: who may reach us at all,
 * session, rate, size and shape, gate, handler. An endpoint without a gate question, limits or handler does not start.
 */
import { pipeline } from 'node:stream/promises';
import type { Readable } from 'node:stream';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { HttpBindings } from '@hono/node-server';
import { AccessError, assert, encodeBase64url, InputError, StrongroomError } from '@strongroom/core';
import { endpoints, limits, problemMediaType } from '@strongroom/protocol';
import type { Endpoint, EndpointName } from '@strongroom/protocol';
import { Hono } from 'hono';
import type { Context } from 'hono';
import type { z } from 'zod';
import { needsSession, passGate } from '../access/gate.ts';
import type { OctetStream, Session } from '../call.ts';
import type { ServerContext } from '../context.ts';
import { findSession } from '../features/sessions/index.ts';
import type { HandlersOf } from '../handler.ts';
import { admitCaller } from '../listening/callers.ts';
import type { Wanted } from '../listening/callers.ts';
import { describeError } from '../log.ts';
import { toProblem } from './problems.ts';
import { createRateLimiter } from './rate.ts';
import type { RateLimiter } from './rate.ts';
import { readJsonBody } from './read-body.ts';
import { answerPage } from './pages.ts';

/** A handler for each endpoint. */
export type AllHandlers = HandlersOf<EndpointName>;

type HttpContext = Context<{ Bindings: HttpBindings }>;
type AnyHandler = (context: ServerContext, call: unknown) => Promise<unknown>;

/** One route as it is served; for the test that walks them all. */
export type Route = {
  readonly name: EndpointName;
  readonly method: string;
  readonly path: string;
  readonly gate: string;
};

/** All routes, by name. */
export function inventoryRoutes(): readonly Route[] {
  return (Object.entries(endpoints) as [EndpointName, Endpoint][]).map(([name, { method, path, gate }]) => ({
    name,
    method,
    path,
    gate,
  }));
}

const securityHeaders: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-store',
};

/** How many people's calls one address may make: an office behind one address is let work. */
const addressShare = limits.openAskersMax / 2;

const mediaTypes = {
  json: 'application/json',
  octets: 'application/octet-stream',
  text: 'text/plain; charset=utf-8',
  html: 'text/html; charset=utf-8',
  none: '',
} as const;

export function createApp(context: ServerContext, handlers: AllHandlers): Hono<{ Bindings: HttpBindings }> {
  const app = new Hono<{ Bindings: HttpBindings }>();
  const rate = createRateLimiter(context.clock);
  for (const [name, endpoint] of Object.entries(endpoints) as [EndpointName, Endpoint][]) {
    const handler = handlers[name] as unknown as AnyHandler | undefined;
    assert(handler !== undefined, `endpoint ${name} has a handler`);
    assert(
      endpoint.gate.length > 0 && endpoint.limits.perMinute > 0,
      `endpoint ${name} declares gate and limits`,
    );
    const path = endpoint.path.endsWith('/*') ? endpoint.path.replace('/*', '/:path{.+}') : endpoint.path;
    app.on(endpoint.method, path, (http) =>
      answer(context, http, name, () => run({ context, http, name, endpoint, handler, rate })),
    );
  }
  app.get('*', (http) =>
    answer(context, http, 'web', async () =>
      answerPage(context, http.req, (wanted) => admit(context, http, wanted)),
    ),
  );
  app.all('*', (http) =>
    answer(context, http, undefined, async () => {
      throw new AccessError('NOT_FOUND');
    }),
  );
  return app;
}

type Running = {
  readonly context: ServerContext;
  readonly http: HttpContext;
  readonly name: EndpointName;
  readonly endpoint: Endpoint;
  readonly handler: AnyHandler;
  readonly rate: RateLimiter;
};

async function run({ context, http, name, endpoint, handler, rate }: Running): Promise<Response> {
  const asker = admit(context, http, 'api');
  const session = needsSession(endpoint.gate) ? await readSession(context, http) : undefined;
  if (needsSession(endpoint.gate) && session === undefined) throw new AccessError('SESSION_REQUIRED');
  // Without a session nobody is counted under a name that he only claims: he could lock its owner out.
  if (session === undefined) takeOpen(rate, { name, perMinute: endpoint.limits.perMinute, asker });
  else rate.take(`${name} ${session.device}`, endpoint.limits.perMinute);
  const incoming = http.env.incoming as unknown as Readable;
  const params = parse(endpoint.params, http.req.param());
  const query = parse(endpoint.query, http.req.query());
  const body =
    endpoint.input === 'octets'
      ? undefined
      : await readInput(http, endpoint.input, endpoint.limits.bodyBytesMax, incoming);
  await passGate(context, { name, endpoint, session, params, query, body: body ?? {} });
  const result = await handler(context, {
    params,
    query,
    body,
    octets: incoming,
    session,
  });
  return await respond(http, endpoint, result);
}

/**
 * A call without a session is counted among all of them; from other machines also under its address, so that one of them alone
 * does not use up what is there for all.
 */
function takeOpen(
  rate: RateLimiter,
  {
    name,
    perMinute,
    asker,
  }: { readonly name: string; readonly perMinute: number; readonly asker: string | undefined },
): void {
  if (asker !== undefined) rate.take(`${name} ${asker}`, perMinute * addressShare);
  rate.take(name, perMinute * limits.openAskersMax);
}

/** @throws AccessError HOST_REFUSED, PROXY_REQUIRED */
function admit(context: ServerContext, http: HttpContext, wanted: Wanted): string | undefined {
  const header = (name: string): string | undefined => http.req.header(name);
  return admitCaller(context.reach, wanted, {
    peer: http.env.incoming.socket.remoteAddress,
    host: header('host'),
    origin: header('origin'),
    site: header('sec-fetch-site'),
    destination: header('sec-fetch-dest'),
    forwardedProto: header('x-forwarded-proto'),
    forwardedFor: header('x-forwarded-for'),
  });
}

async function readSession(context: ServerContext, http: HttpContext): Promise<Session | undefined> {
  const token = /^Bearer ([A-Za-z0-9_-]{43})$/.exec(http.req.header('authorization') ?? '')?.[1];
  return token === undefined ? undefined : await findSession(context, token);
}

async function readInput(
  http: HttpContext,
  schema: z.ZodType,
  sizeBytesMax: number,
  incoming: Readable,
): Promise<Readonly<Record<string, unknown>>> {
  if (sizeBytesMax === 0) return {};
  const type = http.req.header('content-type')?.split(';')[0]?.trim();
  if (type !== 'application/json') throw new InputError('REQUEST_INVALID', { reason: 'content-type' });
  return parse(schema, await readJsonBody(incoming, sizeBytesMax));
}

function parse(schema: z.ZodType, value: unknown): Readonly<Record<string, unknown>> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data as Readonly<Record<string, unknown>>;
  // The path of the first issue names fields of the contract, never what was sent.
  const path =
    parsed.error.issues[0]?.path.map((part) => (typeof part === 'number' ? '#' : String(part))).join('.') ??
    '';
  throw new InputError('REQUEST_INVALID', { field: /^[\w.#]{0,64}$/.test(path) ? path : '' });
}

async function respond(http: HttpContext, endpoint: Endpoint, result: unknown): Promise<Response> {
  const { answer: kind } = endpoint;
  if (kind === 'none') return new Response(null, { status: 204, headers: securityHeaders });
  const headers = { ...securityHeaders, 'content-type': mediaTypes[kind] };
  if (kind === 'json') return new Response(JSON.stringify(endpoint.output.encode(result)), { headers });
  if (kind === 'octets' && !(result instanceof Uint8Array))
    return await stream(http, result as OctetStream, headers);
  return new Response(result as string | Uint8Array<ArrayBuffer>, { headers });
}

/** Sends ciphertext straight from the file to the socket. */
async function stream(
  http: HttpContext,
  octets: OctetStream,
  headers: Readonly<Record<string, string>>,
): Promise<Response> {
  const outgoing = http.env.outgoing;
  outgoing.writeHead(200, { ...headers, 'content-length': String(octets.lengthBytes) });
  try {
    await pipeline(octets.open(), outgoing as unknown as NodeJS.WritableStream);
  } catch {
    // The status is sent: a broken connection is all that can still be said.
    outgoing.destroy();
  }
  return RESPONSE_ALREADY_SENT;
}

async function answer(
  context: ServerContext,
  http: HttpContext,
  name: EndpointName | 'web' | undefined,
  work: () => Promise<Response>,
): Promise<Response> {
  const requestId = encodeBase64url(context.engine.randomBytes(9));
  const startedMs = context.clock.monotonicMs();
  const fields = { requestId, endpoint: name ?? 'none' };
  try {
    const response = await work();
    if (response !== RESPONSE_ALREADY_SENT) response.headers.set('x-request-id', requestId);
    context.log.write('request', {
      ...fields,
      status: response.status,
      durationMs: Math.round(context.clock.monotonicMs() - startedMs),
    });
    return response;
  } catch (cause) {
    const problem = toProblem(cause, requestId);
    const isOurs = cause instanceof StrongroomError;
    context.log.write(isOurs ? 'request' : 'failed', {
      ...fields,
      status: problem.status,
      code: problem.code,
      durationMs: Math.round(context.clock.monotonicMs() - startedMs),
      ...(isOurs && problem.status < 500 ? {} : { where: describeError(cause) }),
    });
    return new Response(JSON.stringify(problem), {
      status: problem.status,
      headers: { ...securityHeaders, 'content-type': problemMediaType },
    });
  }
}
