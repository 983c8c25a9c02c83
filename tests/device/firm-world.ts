/**
 * A real server and warden on a temporary directory, and devices that speak to it over HTTP. Time is moved through the test
 * control sockets of both, and the devices' clocks follow.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { StrongroomError } from '@strongroom/core';
import type { RecordId } from '@strongroom/core';
import { createNodeEngine } from '@strongroom/core/node';
import { beginEnrolment, beginFirm, openDevice, unlock } from '@strongroom/device';
import type {
  ByteSink,
  Device,
  DeviceEnvironment,
  DeviceStorage,
  FileSource,
  PendingStart,
  Transport,
  TransportRequest,
  TransportResponse,
  Unlocked,
} from '@strongroom/device';
import { startServer } from '@strongroom/server';
import type { RunningServer } from '@strongroom/server';

/** A storage in memory whose content a test can look at and put back. */
export class MemoryStorage implements DeviceStorage {
  readonly entries: Map<string, Uint8Array> = new Map();

  async read(key: string): Promise<Uint8Array | undefined> {
    return this.entries.get(key)?.slice();
  }

  async write(key: string, bytes: Uint8Array): Promise<void> {
    this.entries.set(key, bytes.slice());
  }

  async remove(key: string): Promise<void> {
    this.entries.delete(key);
  }

  async list(prefix: string): Promise<string[]> {
    return [...this.entries.keys()].filter((key) => key.startsWith(prefix)).sort();
  }
}

/** Changes an answer on its way, or throws as a broken network does. */
export type Mutator = (
  request: TransportRequest,
  send: () => Promise<TransportResponse>,
) => Promise<TransportResponse>;

/** HTTP with a place where a test may stand between device and server. */
export class TestTransport implements Transport {
  readonly sent: TransportRequest[] = [];
  mutator: Mutator | undefined;
  readonly #url: () => string;

  constructor(url: () => string) {
    this.#url = url;
  }

  async send(request: TransportRequest): Promise<TransportResponse> {
    this.sent.push(request);
    const send = async (): Promise<TransportResponse> => await this.#fetch(request);
    return this.mutator === undefined ? await send() : await this.mutator(request, send);
  }

  async #fetch(request: TransportRequest): Promise<TransportResponse> {
    const response = await fetch(this.#url() + request.path, {
      method: request.method,
      headers: request.headers ?? {},
      ...(request.body === undefined ? {} : { body: request.body as Uint8Array<ArrayBuffer> }),
      ...(request.signal === undefined ? {} : { signal: request.signal }),
    });
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: new Uint8Array(await response.arrayBuffer()),
    };
  }
}

/** One device of the test. */
export class TestDevice {
  readonly storage: MemoryStorage = new MemoryStorage();
  readonly transport: TestTransport;
  readonly environment: DeviceEnvironment;
  unlocked: Unlocked | undefined;
  #device: Device | undefined;
  password = 'correct horse battery staple';
  /** The printed kit's groups, after a start. */
  kit = '';

  constructor(world: FirmWorld) {
    this.transport = new TestTransport(() => world.server.url);
    this.environment = {
      engine: createNodeEngine(),
      storage: this.storage,
      transport: this.transport,
      clock: {
        nowMs: () => Date.now() + world.offsetMs,
        sleep: async (ms) => await new Promise((resolve) => setTimeout(resolve, Math.min(ms, 20))),
      },
    };
  }

  get device(): Device {
    if (this.#device === undefined) throw new Error('the device is not open');
    return this.#device;
  }

  /** Types the two groups that are asked for, and opens the device. */
  async complete(pending: PendingStart): Promise<Device> {
    const [first, second] = pending.askGroups;
    this.kit = pending.kitText;
    this.unlocked = await pending.complete({
      typedGroups: [pending.groups[first - 1] ?? '', pending.groups[second - 1] ?? ''],
      noteSigned: true,
    });
    return await this.open();
  }

  async open(): Promise<Device> {
    if (this.unlocked === undefined) throw new Error('the device is locked');
    this.#device = await openDevice(this.environment, this.unlocked);
    return this.#device;
  }

  /** As after a restart: everything from storage and password. */
  async reopen(): Promise<Device> {
    this.unlocked = await unlock(this.environment, { password: this.password });
    return await this.open();
  }
}

/** A firm's server and warden. */
export class FirmWorld {
  offsetMs = 0;
  readonly home: string;
  server: RunningServer;

  private constructor(home: string, server: RunningServer) {
    this.home = home;
    this.server = server;
  }

  /** @param prepare fills the home before the server opens it */
  static async start(prepare?: (home: string) => Promise<void>): Promise<FirmWorld> {
    process.env['STRONGROOM_UNSAFE_TEST'] = '1';
    const home = await mkdtemp(join(tmpdir(), 'strongroom-device-'));
    await prepare?.(home);
    return new FirmWorld(home, await startServer({ home, port: 0, testControl: join(home, 'control') }));
  }

  async close(): Promise<void> {
    await this.server.close();
    await rm(this.home, { recursive: true, force: true });
  }

  newDevice(): TestDevice {
    return new TestDevice(this);
  }

  /** The first run. */
  async foundFirm(): Promise<TestDevice> {
    const device = this.newDevice();
    const pending = await beginFirm(device.environment, {
      code: this.server.firstRunCode ?? '',
      firm: { name: 'Vogel & Hart', language: 'en', countries: ['IE'], profession: 'law' },
      person: { name: 'Ada Vogel' },
      password: device.password,
    });
    await device.complete(pending);
    return device;
  }

  /** Enrols an invited person. */
  async enrol(code: string): Promise<TestDevice> {
    const device = this.newDevice();
    await device.complete(await beginEnrolment(device.environment, { code, password: device.password }));
    return device;
  }

  /** Time passes for server, warden and devices. */
  async advance(ms: number): Promise<void> {
    this.offsetMs += ms;
    await this.control('control', { op: 'clock.advance', ms });
    await this.control('control.warden', { op: 'clock.advance', ms });
  }

  /** What a work ends with for which time has to pass: the clock goes on by `ms` until it has, whenever the work began to wait. */
  async outlast<T>(work: Promise<T>, ms: number): Promise<T> {
    const end = work.then(
      () => true,
      () => true,
    );
    while (!(await Promise.race([end, sleep(400, false)]))) await this.advance(ms);
    return await work;
  }

  /** One command to a test control socket. */
  async control(socket: string, command: Readonly<Record<string, unknown>>): Promise<unknown> {
    return await new Promise((resolve, reject) => {
      const connection = connect(join(this.home, socket), () =>
        connection.write(`${JSON.stringify(command)}\n`),
      );
      let text = '';
      connection.on('data', (chunk) => {
        text += chunk.toString('utf8');
        if (!text.includes('\n')) return;
        connection.end();
        resolve(JSON.parse(text));
      });
      connection.on('error', reject);
    });
  }
}

/** A file in memory. */
export function fileOf(name: string, bytes: Uint8Array, path?: string): FileSource {
  return {
    name,
    sizeBytes: bytes.length,
    modifiedAtMs: 1_800_000_000_000,
    ...(path === undefined ? {} : { path }),
    read: async (offset, length) => bytes.slice(offset, offset + length),
  };
}

/** A sink that shows what it was told. */
export class MemorySink implements ByteSink {
  readonly chunks: Uint8Array[] = [];
  state: 'open' | 'committed' | 'aborted' = 'open';

  async write(bytes: Uint8Array): Promise<void> {
    this.chunks.push(bytes.slice());
  }

  async commit(): Promise<void> {
    this.state = 'committed';
  }

  async abort(): Promise<void> {
    this.state = 'aborted';
  }

  bytes(): Uint8Array {
    return Buffer.concat(this.chunks);
  }
}

/** The code that work was refused with, or NOTHING_REFUSED. @throws whatever is no refusal of ours */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (cause) {
    if (cause instanceof StrongroomError) return cause.code;
    throw cause;
  }
  return 'NOTHING_REFUSED';
}

/** Opens a record as a person does, and answers its bytes. @throws Error if they were not committed */
export async function openBytes(device: TestDevice, record: RecordId): Promise<Uint8Array> {
  const sink = new MemorySink();
  await device.device.records.open({ record, sink, purpose: 'work' });
  if (sink.state !== 'committed') throw new Error(`an opening ended ${sink.state}`);
  return sink.bytes();
}

/** Bytes that do not repeat, the same each time. */
export function contentOf(length: number, seed = 7): Uint8Array {
  const bytes = new Uint8Array(length);
  let state = seed;
  for (let index = 0; index < length; index++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    bytes[index] = state >>> 24;
  }
  return bytes;
}
