/**
 * Typed calls of the server. What comes back is parsed by the endpoint's schema before anybody sees it; problems become
 * StrongroomError. The same bytes are sent again when the network fails: every call of the contract may be repeated. Nothing
 * is ever repeated because an answer did not verify, so that a server learns nothing from what happens next (attack B6).
 */
import {
  createError,
  DependencyError,
  encodeBase64url,
  encodeUtf8,
  IntegrityError,
  isErrorCode,
  StrongroomError,
  decodeUtf8,
} from '@strongroom/core';
import { endpoints, problem } from '@strongroom/protocol';
import type { EndpointName } from '@strongroom/protocol';
import type { DeviceEnvironment, TransportResponse } from '../environment/index.ts';

type Table = typeof endpoints;
/** What is inside a schema; the mark of a raw body has nothing inside. */
type Inside<T> = T extends { readonly _output: infer O } ? O : never;
/** The wire form of a value, by its schema. */
type Encoder = { encode(value: unknown): unknown };
type ParamValue = string | number | Uint8Array;

/** The typed input of an endpoint's JSON body. */
export type InputOf<N extends EndpointName> = Inside<Table[N]['input']>;
/** The typed answer of an endpoint. */
export type OutputOf<N extends EndpointName> = Table[N]['output']['_output'];

/** One call. */
export interface CallOptions<N extends EndpointName> {
  readonly params?: Readonly<Record<string, ParamValue>>;
  readonly query?: Readonly<Record<string, ParamValue | undefined>>;
  readonly body?: InputOf<N>;
  readonly signal?: AbortSignal;
  /** How often to try in all when the server is out of reach. Default 4. */
  readonly attemptsMax?: number;
}

/** The server, by endpoint name. */
export interface Api {
  call<N extends EndpointName>(name: N, options?: CallOptions<N>): Promise<OutputOf<N>>;
  /** The same server with a session in front of every call. */
  withSession(session: string): Api;
}

const answerBytesMax = 33_554_432;
const backoffFirstMs = 250;
const backoffMs = 8_000;
const unavailable = new Set([502, 503, 504]);
/** A call with a session that came too soon waits as long as the server says, up to this; beyond it the caller is told. */
const rateWaitMsMax = 10_000;

/** Calls over the environment's transport. */
export function createApi(env: DeviceEnvironment, session?: string): Api {
  async function sendOnce(
    name: EndpointName,
    path: string,
    body: Uint8Array | undefined,
    signal: AbortSignal | undefined,
  ): Promise<TransportResponse> {
    const endpoint = endpoints[name];
    const headers: Record<string, string> = {};
    if (session !== undefined) headers['authorization'] = `Bearer ${session}`;
    if (body !== undefined) {
      headers['content-type'] = endpoint.input === 'octets' ? 'application/octet-stream' : 'application/json';
    }
    return await env.transport.send({
      method: endpoint.method,
      path,
      headers,
      ...(body === undefined ? {} : { body }),
      ...(signal === undefined ? {} : { signal }),
    });
  }

  async function call<N extends EndpointName>(name: N, options: CallOptions<N> = {}): Promise<OutputOf<N>> {
    const path = formatPath(name, options.params ?? {}, options.query ?? {});
    const body = encodeBody(name, options.body);
    const attemptsMax = options.attemptsMax ?? 4;
    for (let attempt = 1; ; attempt++) {
      options.signal?.throwIfAborted();
      let failure: StrongroomError;
      let waitMs = jitterMs(env, attempt);
      try {
        const response = await sendOnce(name, path, body, options.signal);
        if (response.status < 300) return parseAnswer(name, response);
        const refusal = parseProblem(name, response);
        const { error, retryAfterMs = 0 } = refusal;
        const isTooSoon =
          session !== undefined && error.code === 'RATE_LIMITED' && retryAfterMs <= rateWaitMsMax;
        if ((!unavailable.has(response.status) && !isTooSoon) || attempt >= attemptsMax) throw error;
        failure = error;
        waitMs = Math.max(waitMs, Math.min(retryAfterMs, isTooSoon ? rateWaitMsMax : backoffMs));
      } catch (cause) {
        if (cause instanceof StrongroomError) throw cause;
        options.signal?.throwIfAborted();
        failure = new DependencyError('SERVER_UNREACHABLE', { endpoint: name }, { cause });
        if (attempt >= attemptsMax) throw failure;
      }
      await env.clock.sleep(waitMs);
    }
  }

  return { call, withSession: (next) => createApi(env, next) };
}

function jitterMs(env: DeviceEnvironment, attempt: number): number {
  const ceiling = Math.min(backoffMs, backoffFirstMs * 2 ** (attempt - 1));
  const [random = 0] = env.engine.randomBytes(1);
  return Math.round(ceiling * (0.5 + random / 512));
}

function formatValue(value: ParamValue): string {
  return value instanceof Uint8Array ? encodeBase64url(value) : String(value);
}

function formatPath(
  name: EndpointName,
  params: Readonly<Record<string, ParamValue>>,
  query: Readonly<Record<string, ParamValue | undefined>>,
): string {
  const path = endpoints[name].path
    .split('/')
    .map((part) => {
      if (part === '*') {
        return formatValue(params['path'] ?? '')
          .split('/')
          .map(encodeURIComponent)
          .join('/');
      }
      return part.startsWith(':') ? encodeURIComponent(formatValue(params[part.slice(1)] ?? '')) : part;
    })
    .join('/');
  const pairs = Object.entries(query)
    .filter((pair): pair is [string, ParamValue] => pair[1] !== undefined)
    .map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(formatValue(value))}`);
  return pairs.length === 0 ? path : `${path}?${pairs.join('&')}`;
}

function encodeBody(name: EndpointName, body: unknown): Uint8Array | undefined {
  const { input } = endpoints[name];
  if (input === 'octets') {
    if (!(body instanceof Uint8Array)) throw new TypeError('octets expected');
    return body;
  }
  if (body === undefined) return undefined;
  return encodeUtf8(JSON.stringify((input as Encoder).encode(body)));
}

function parseAnswer<N extends EndpointName>(name: N, response: TransportResponse): OutputOf<N> {
  const endpoint = endpoints[name];
  if (response.body.length > answerBytesMax) throw answerInvalid(name);
  switch (endpoint.answer) {
    case 'none':
      return {};
    case 'octets':
      return new Uint8Array(response.body);
    case 'text':
    case 'html':
      return decodeText(name, response.body);
    default: {
      const parsed = endpoint.output.safeParse(parseJson(name, response.body));
      if (!parsed.success) throw answerInvalid(name);
      return parsed.data;
    }
  }
}

function parseProblem(
  name: EndpointName,
  response: TransportResponse,
): { readonly error: StrongroomError; readonly retryAfterMs?: number } {
  if (response.body.length > 65_536) return { error: unknownProblem(name, response.status) };
  let parsed;
  try {
    parsed = problem.safeParse(parseJson(name, response.body));
  } catch {
    // A proxy's page instead of a problem: the status says all there is.
    return { error: unknownProblem(name, response.status) };
  }
  if (!parsed.success || !isErrorCode(parsed.data.code))
    return { error: unknownProblem(name, response.status) };
  const { code, requestId, retryAfterMs, details } = parsed.data;
  return {
    error: createError(code, { ...details, requestId, status: response.status }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

function unknownProblem(name: EndpointName, status: number): StrongroomError {
  return new DependencyError('SERVER_FAILED', { endpoint: name, status });
}

function answerInvalid(name: EndpointName): StrongroomError {
  return new IntegrityError('ANSWER_INVALID', { endpoint: name });
}

function decodeText(name: EndpointName, bytes: Uint8Array): string {
  try {
    return decodeUtf8(bytes);
  } catch {
    throw answerInvalid(name);
  }
}

function parseJson(name: EndpointName, bytes: Uint8Array): unknown {
  const text = decodeText(name, bytes);
  try {
    return JSON.parse(text);
  } catch {
    throw answerInvalid(name);
  }
}
