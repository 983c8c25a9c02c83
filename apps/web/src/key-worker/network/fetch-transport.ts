/**
 * The way to the server: fetch to the page's own origin, nothing followed, no cookie sent or taken, a time limit for each exchange.
 * An asker that is told to slow down does so here, without troubling whoever asked, as long as it is worth the wait.
 */
import type { Clock, Transport, TransportRequest, TransportResponse } from '@strongroom/device';

/** What the outcome of an exchange says about the connection. */
export interface TransportWatcher {
  /** Something came back. */
  reached(): void;
  /** Nothing came back. */
  failed(): void;
  /** The session is over at the server. */
  sessionEnded(): void;
  /** The device is cut off, or its person is suspended. */
  cutOff(): void;
}

const answerMs = 60_000;
/** A part of a body may take this long on a poor line. */
const sendingMs = 300_000;
const largeBytes = 65_536;
const slowDownsMax = 4;
const slowDownMsMax = 20_000;

/** The exchange of the platform. */
export type Fetch = (path: string, init: RequestInit) => Promise<Response>;

/** Sends requests to the origin that served this app. */
export function createFetchTransport(options: {
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly watcher: TransportWatcher;
}): Transport {
  const { clock, watcher } = options;

  async function sendOnce(request: TransportRequest): Promise<TransportResponse> {
    const { method, path, headers, body, signal } = request;
    const timeLimit = AbortSignal.timeout((body?.length ?? 0) > largeBytes ? sendingMs : answerMs);
    try {
      const response = await options.fetch(path, {
        method,
        redirect: 'error',
        credentials: 'omit',
        mode: 'same-origin',
        cache: 'no-store',
        referrerPolicy: 'no-referrer',
        signal: signal === undefined ? timeLimit : AbortSignal.any([timeLimit, signal]),
        ...(headers === undefined ? {} : { headers: { ...headers } }),
        ...(body === undefined ? {} : { body: body as Uint8Array<ArrayBuffer> }),
      });
      const answer = {
        status: response.status,
        headers: Object.fromEntries(response.headers),
        body: new Uint8Array(await response.arrayBuffer()),
      };
      watcher.reached();
      return answer;
    } catch (cause) {
      // Whoever asked decides what to repeat; what the network gave goes to him as it is.
      if (signal?.aborted !== true) watcher.failed();
      throw cause;
    }
  }

  return {
    async send(request) {
      for (let attempt = 1; ; attempt++) {
        const response = await sendOnce(request);
        const hasSession = request.headers?.['authorization'] !== undefined;
        const problem = response.status >= 400 ? readProblem(response) : undefined;
        if (hasSession && problem?.code === 'SESSION_REQUIRED') watcher.sessionEnded();
        if (hasSession && problem?.code === 'DEVICE_CUT_OFF') watcher.cutOff();
        // Whoever types a password is told at once; what runs by itself waits.
        const waitMs = problem?.code === 'RATE_LIMITED' && hasSession ? problem.retryAfterMs : undefined;
        if (waitMs === undefined || waitMs > slowDownMsMax || attempt > slowDownsMax) return response;
        await clock.sleep(waitMs);
        request.signal?.throwIfAborted();
      }
    },
  };
}

/** Code and wait of a problem (RFC 9457), as far as it is one. */
function readProblem(
  response: TransportResponse,
): { readonly code: string; readonly retryAfterMs: number } | undefined {
  if (response.body.length > largeBytes) return undefined;
  try {
    const parsed = JSON.parse(new TextDecoder().decode(response.body)) as Readonly<Record<string, unknown>>;
    const { code, retryAfterMs } = parsed;
    if (typeof code !== 'string') return undefined;
    return { code, retryAfterMs: typeof retryAfterMs === 'number' ? Math.max(0, retryAfterMs) : 1_000 };
  } catch {
    return undefined; // a proxy's page: the status says all there is
  }
}
