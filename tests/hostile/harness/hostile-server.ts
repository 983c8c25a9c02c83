/**
 * The hostile server: it speaks the real API by passing each call on to an honest server, and alters what the attack at hand
 * says on the way there or back. A mutator works on decoded values, so that what reaches the device is always well formed: the
 * device has to see through the content, not through broken JSON. Everything the device sends is recorded.
 */
import { decodeUtf8, encodeUtf8 } from '@strongroom/core';
import type { Transport, TransportRequest, TransportResponse } from '@strongroom/device';
import { endpoints } from '@strongroom/protocol';
import type { EndpointName } from '@strongroom/protocol';
import { matchRoute } from './routes.ts';
import type { MatchedRoute } from './routes.ts';

type Table = typeof endpoints;
type Inside<T> = T extends { readonly _output: infer O } ? O : never;
/** The answer of an endpoint, decoded. */
export type AnswerOf<N extends EndpointName> = Table[N]['output']['_output'];
/** The JSON body of an endpoint, decoded. */
export type BodyOf<N extends EndpointName> = Inside<Table[N]['input']>;

/** One call on its way. */
export interface HostileCall<N extends EndpointName> {
  readonly name: N;
  readonly params: MatchedRoute['params'];
  readonly query: MatchedRoute['query'];
  /** Absent for endpoints without a JSON body. */
  readonly body: BodyOf<N>;
  readonly request: TransportRequest;
  /** Asks the honest server, with another path or body if given. */
  readonly pass: (instead?: { readonly path?: string; readonly body?: BodyOf<N> }) => Promise<AnswerOf<N>>;
}

/** Answers one endpoint instead of the honest server. */
export type Mutator<N extends EndpointName> = (call: HostileCall<N>) => Promise<AnswerOf<N>>;

/** One exchange as the server saw it. */
export interface Exchange {
  readonly name: EndpointName;
  readonly method: string;
  readonly path: string;
  readonly requestBytes: Uint8Array;
  readonly status: number;
  /** Whether a mutator answered. */
  readonly isMutated: boolean;
}

/** Thrown by a mutator to answer a problem. */
export class HostileProblem extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string) {
    super(code);
    this.status = status;
    this.code = code;
  }
}

export interface HostileServer {
  readonly transport: Transport;
  /** Puts another honest server behind it. */
  moveTo(honest: Transport): void;
  /** The decoded answer of any server to a request, for a mutator. */
  ask(other: Transport, name: EndpointName, request: TransportRequest): Promise<unknown>;
  /** All exchanges since the last `clear`, in order. */
  readonly exchanges: readonly Exchange[];
  /** How often a mutator answered since the last `clear`. */
  readonly mutated: number;
  /** Sees every answer on its way to the device. */
  watch(watcher: (exchange: Exchange, response: TransportResponse) => void): void;
  /** Alters one endpoint until `behave`. */
  attack<N extends EndpointName>(name: N, mutator: Mutator<N>): void;
  /** Passes everything on unaltered again. */
  behave(): void;
  clear(): void;
}

/** A hostile server in front of an honest one. */
export function createHostileServer(first: Transport): HostileServer {
  let honest = first;
  const mutators = new Map<EndpointName, Mutator<EndpointName>>();
  const exchanges: Exchange[] = [];
  let mutated = 0;
  let watcher: ((exchange: Exchange, response: TransportResponse) => void) | undefined;

  async function send(request: TransportRequest): Promise<TransportResponse> {
    const route = matchRoute(request.method, request.path);
    const mutator = mutators.get(route.name);
    const response =
      mutator === undefined
        ? await honest.send(request)
        : await answerHostile(honest, route, request, mutator);
    if (mutator !== undefined) mutated++;
    const exchange: Exchange = {
      name: route.name,
      method: request.method,
      path: request.path,
      requestBytes: Uint8Array.from(request.body ?? []),
      status: response.status,
      isMutated: mutator !== undefined,
    };
    exchanges.push(exchange);
    watcher?.(exchange, response);
    return response;
  }

  return {
    transport: { send },
    moveTo(next) {
      honest = next;
    },
    async ask(other, name, request) {
      const response = await other.send(request);
      if (response.status >= 300) throw new PassedOn(response);
      return decodeAnswer(name, response);
    },
    exchanges,
    get mutated() {
      return mutated;
    },
    watch(next) {
      watcher = next;
    },
    attack(name, mutator) {
      mutators.set(name, mutator as unknown as Mutator<EndpointName>);
    },
    behave() {
      mutators.clear();
    },
    clear() {
      exchanges.length = 0;
      mutated = 0;
    },
  };
}

async function answerHostile(
  honest: Transport,
  route: MatchedRoute,
  request: TransportRequest,
  mutator: Mutator<EndpointName>,
): Promise<TransportResponse> {
  const call: HostileCall<EndpointName> = {
    ...route,
    body: decodeBody(route.name, request.body),
    request,
    async pass(instead = {}) {
      const response = await honest.send({
        ...request,
        path: instead.path ?? request.path,
        ...(instead.body === undefined ? {} : { body: encodeBody(route.name, instead.body) }),
      });
      if (response.status >= 300) throw new PassedOn(response);
      return decodeAnswer(route.name, response) as never;
    },
  };
  try {
    return encodeAnswer(route.name, await mutator(call));
  } catch (cause) {
    if (cause instanceof PassedOn) return cause.response;
    if (cause instanceof HostileProblem) return encodeProblem(cause);
    throw cause;
  }
}

/** The honest server's refusal, passed on as it is. */
class PassedOn extends Error {
  readonly response: TransportResponse;

  constructor(response: TransportResponse) {
    super('passed on');
    this.response = response;
  }
}

type Codec = { parse(value: unknown): unknown; encode(value: unknown): unknown };

function decodeBody(name: EndpointName, body: Uint8Array | undefined): never {
  const { input } = endpoints[name];
  if (input === 'octets' || body === undefined) return body as never;
  return (input as unknown as Codec).parse(JSON.parse(decodeUtf8(body))) as never;
}

function encodeBody(name: EndpointName, body: unknown): Uint8Array {
  const { input } = endpoints[name];
  if (input === 'octets') return body as Uint8Array;
  return encodeUtf8(JSON.stringify((input as unknown as Codec).encode(body)));
}

function decodeAnswer(name: EndpointName, response: TransportResponse): unknown {
  const { answer, output } = endpoints[name];
  if (answer === 'json') return (output as unknown as Codec).parse(JSON.parse(decodeUtf8(response.body)));
  return answer === 'octets' ? response.body : decodeUtf8(response.body);
}

/** The wire form of a hostile answer. Checked by nobody here: a mutator may say what no schema allows. */
function encodeAnswer(name: EndpointName, value: unknown): TransportResponse {
  const { answer, output } = endpoints[name];
  if (answer === 'none') return { status: 204, headers: {}, body: new Uint8Array(0) };
  if (answer === 'octets') {
    return {
      status: 200,
      headers: { 'content-type': 'application/octet-stream' },
      body: value as Uint8Array,
    };
  }
  if (answer === 'json') {
    const wire = JSON.stringify(isRaw(value) ? value.raw : (output as unknown as Codec).encode(value));
    return { status: 200, headers: { 'content-type': 'application/json' }, body: encodeUtf8(wire) };
  }
  return { status: 200, headers: { 'content-type': 'text/plain' }, body: encodeUtf8(value as string) };
}

type Raw = { readonly raw: unknown };

function isRaw(value: unknown): value is Raw {
  return typeof value === 'object' && value !== null && 'raw' in value && Object.keys(value).length === 1;
}

/** JSON that the endpoint's schema would not encode, sent as it is. */
export function answerRaw(raw: unknown): never {
  return { raw } as never;
}

function encodeProblem({ status, code }: HostileProblem): TransportResponse {
  const problem = { type: 'about:blank', status, code, requestId: 'hostile' };
  return {
    status,
    headers: { 'content-type': 'application/problem+json' },
    body: encodeUtf8(JSON.stringify(problem)),
  };
}
