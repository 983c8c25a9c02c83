/** What a device without a disk is given: a storage in memory, a connection that is kept, and the demo's clock. */
import { Agent, request as ask } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { createNodeEngine } from '@strongroom/core/node';
import type {
  DeviceEnvironment,
  DeviceStorage,
  Transport,
  TransportRequest,
  TransportResponse,
} from '@strongroom/device';

/** The entries of a storage. */
export type StoredEntries = ReadonlyMap<string, Uint8Array>;

/** What a device without a disk needs, against the server at `url`. */
export function createDemoEnvironment(
  url: () => string,
  nowMs: () => number,
  storage: DeviceStorage = new MemoryStorage(),
): DeviceEnvironment {
  return {
    engine: createNodeEngine(),
    storage,
    transport: new HttpTransport(url),
    clock: { nowMs, sleep: async (ms) => await new Promise((resolve) => setTimeout(resolve, ms)) },
  };
}

/** A storage in memory, which can be handed on whole. */
export class MemoryStorage implements DeviceStorage {
  #entries: Map<string, Uint8Array>;

  constructor(entries: StoredEntries = new Map()) {
    this.#entries = new Map(entries);
  }

  /** All entries; not a copy. */
  get entries(): StoredEntries {
    return this.#entries;
  }

  /** Holds what another storage held, and nothing else. */
  replace(entries: StoredEntries): void {
    this.#entries = new Map(entries);
  }

  async read(key: string): Promise<Uint8Array | undefined> {
    return this.#entries.get(key)?.slice();
  }

  async write(key: string, bytes: Uint8Array): Promise<void> {
    this.#entries.set(key, bytes.slice());
  }

  async remove(key: string): Promise<void> {
    this.#entries.delete(key);
  }

  async list(prefix: string): Promise<string[]> {
    return [...this.#entries.keys()].filter((key) => key.startsWith(prefix)).sort();
  }
}

/** Over connections that are kept: a story is some thousands of calls, and fetch costs three times as much for each. */
class HttpTransport implements Transport {
  readonly #url: () => string;
  readonly #agent = new Agent({ keepAlive: true });

  constructor(url: () => string) {
    this.#url = url;
  }

  async send(request: TransportRequest): Promise<TransportResponse> {
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const { method, headers, signal, body } = request;
      const sent = ask(
        this.#url() + request.path,
        {
          method,
          agent: this.#agent,
          headers: { ...headers, ...(body === undefined ? {} : { 'content-length': body.length }) },
          ...(signal === undefined ? {} : { signal }),
        },
        resolve,
      );
      sent.once('error', reject);
      sent.end(body);
    });
    const chunks: Buffer[] = [];
    for await (const chunk of answer) chunks.push(chunk as Buffer);
    return {
      status: answer.statusCode ?? 0,
      headers: Object.fromEntries(
        Object.entries(answer.headers).map(([name, value]) => [name, String(value)]),
      ),
      body: new Uint8Array(Buffer.concat(chunks)),
    };
  }
}
