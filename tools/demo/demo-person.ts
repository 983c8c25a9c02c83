/** A person of the demo with one device: the device package itself, with a storage in memory and the story's clock. */
import { createNodeEngine } from '@strongroom/core/node';
import { beginEnrolment, beginFirm, openDevice, unlock } from '@strongroom/device';
import type {
  BeginFirmOptions,
  Device,
  DeviceEnvironment,
  DeviceStorage,
  PendingStart,
  Transport,
  TransportRequest,
  TransportResponse,
  Unlocked,
} from '@strongroom/device';
import type { PersonId } from '@strongroom/core';
import type { Installation } from './installation.ts';
import type { CastMember } from './cast.ts';

/** The server ends a session after 15 idle minutes and after 12 hours; a demo person signs in anew a little before. */
const idleMsMax = 13 * 60_000;
const sessionMsMax = 11 * 3_600_000;

/** Whoever acts in the story. */
export class DemoPerson {
  readonly cast: CastMember;
  readonly #installation: Installation;
  readonly #environment: DeviceEnvironment;
  readonly #password: string;
  #unlocked: Unlocked | undefined;
  #device: Device | undefined;
  #signingIn: Promise<Device> | undefined;
  #signedInAtMs = 0;
  #usedAtMs = 0;
  #person: PersonId | undefined;
  #kit = '';

  constructor(cast: CastMember, installation: Installation, password: string) {
    this.cast = cast;
    this.#installation = installation;
    this.#password = password;
    this.#environment = createDemoEnvironment(
      () => installation.url,
      () => installation.nowMs(),
    );
  }

  get person(): PersonId {
    if (this.#person === undefined) throw new Error(`${this.cast.name} is not enrolled`);
    return this.#person;
  }

  /** The printed kit's groups. */
  get kit(): string {
    return this.#kit;
  }

  async foundFirm(firm: BeginFirmOptions['firm']): Promise<void> {
    const pending = await beginFirm(this.#environment, {
      code: this.#installation.firstRunCode,
      firm,
      person: { name: this.cast.name },
      password: this.#password,
    });
    await this.#complete(pending);
  }

  async enrol(code: string): Promise<void> {
    await this.#complete(await beginEnrolment(this.#environment, { code, password: this.#password }));
  }

  /** The device, signed in: anew if the session of the last time has ended. Several may ask at once. */
  async signIn(): Promise<Device> {
    this.#signingIn ??= this.#signInOnce().finally(() => (this.#signingIn = undefined));
    return await this.#signingIn;
  }

  async #signInOnce(): Promise<Device> {
    const nowMs = this.#installation.nowMs();
    const isOver = nowMs - this.#usedAtMs > idleMsMax || nowMs - this.#signedInAtMs > sessionMsMax;
    this.#usedAtMs = nowMs;
    if (this.#device !== undefined && !isOver) return this.#device;
    if (isOver) {
      await this.#device?.close();
      this.#unlocked = await unlock(this.#environment, { password: this.#password });
      this.#signedInAtMs = nowMs;
    }
    if (this.#unlocked === undefined) throw new Error(`${this.cast.name} is locked`);
    const device = await openDevice(this.#environment, this.#unlocked);
    this.#device = device;
    await device.sync();
    return device;
  }

  /** Ends the session, if there is one. */
  async signOut(): Promise<void> {
    const device = this.#device;
    this.#device = undefined;
    const isOver = this.#installation.nowMs() - this.#usedAtMs > idleMsMax;
    this.#usedAtMs = 0;
    if (isOver) await device?.close();
    else await device?.endSession();
  }

  async #complete(pending: PendingStart): Promise<void> {
    const [first, second] = pending.askGroups;
    this.#kit = pending.kitText;
    this.#person = pending.person;
    this.#unlocked = await pending.complete({
      typedGroups: [pending.groups[first - 1] ?? '', pending.groups[second - 1] ?? ''],
      noteSigned: true,
    });
    this.#signedInAtMs = this.#installation.nowMs();
    this.#usedAtMs = this.#signedInAtMs;
  }
}

/** What a device without a disk needs, against the server at `url`. */
export function createDemoEnvironment(url: () => string, nowMs: () => number): DeviceEnvironment {
  return {
    engine: createNodeEngine(),
    storage: new MemoryStorage(),
    transport: new HttpTransport(url),
    clock: { nowMs, sleep: async (ms) => await new Promise((resolve) => setTimeout(resolve, ms)) },
  };
}

class MemoryStorage implements DeviceStorage {
  readonly #entries = new Map<string, Uint8Array>();

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

class HttpTransport implements Transport {
  readonly #url: () => string;

  constructor(url: () => string) {
    this.#url = url;
  }

  async send(request: TransportRequest): Promise<TransportResponse> {
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
