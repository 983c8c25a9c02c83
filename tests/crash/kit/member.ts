/** A person with a device that outlives servers, and may be killed itself: then everything but its storage is gone. */
import { StrongroomError } from '@strongroom/core';
import { createNodeEngine } from '@strongroom/core/node';
import { beginEnrolment, beginFirm, openDevice, unlock } from '@strongroom/device';
import type {
  Device,
  DeviceEnvironment,
  PendingStart,
  TransportRequest,
  TransportResponse,
  Unlocked,
} from '@strongroom/device';
import { MemorySink, MemoryStorage } from '../../device/firm-world.ts';
import type { Installation } from './installation.ts';
import type { Witness } from './witness.ts';

const engine = createNodeEngine();
const password = 'correct horse battery staple';
/** What a device waits at most between two tries; a server needs longer to start, so that calls do fail. */
const sleepMsMax = 10;

/** From opening a device to its end. */
interface Life {
  isOver: boolean;
}

/** A person and the one device. */
export class Member {
  readonly storage: MemoryStorage = new MemoryStorage();
  /** The printed kit's text, after a start. */
  kit = '';
  readonly #installation: Installation;
  readonly #witness: Witness;
  #life: Life = { isOver: false };
  #unlocked: Unlocked | undefined;
  #device: Device | undefined;

  constructor(installation: Installation, witness: Witness) {
    this.#installation = installation;
    this.#witness = witness;
  }

  /** The open device. */
  get device(): Device {
    if (this.#device === undefined) throw new Error('the device is not open');
    return this.#device;
  }

  /** Makes the firm. */
  async beginFirm(): Promise<PendingStart> {
    return await beginFirm(this.environment(), {
      code: this.#installation.firstRunCode ?? '',
      firm: { name: 'Vogel & Hart', language: 'en', countries: ['IE'], profession: 'law' },
      person: { name: 'Ada Vogel' },
      password,
    });
  }

  /** Takes up an invitation. */
  async beginEnrolment(code: string): Promise<PendingStart> {
    return await beginEnrolment(this.environment(), { code, password });
  }

  /** Shows the kit to be in hand, and opens the device. */
  async complete(pending: PendingStart): Promise<void> {
    this.kit = pending.kitText;
    const [first, second] = pending.askGroups.map((group) => pending.groups[group - 1] ?? '');
    this.#unlocked = await pending.complete({ typedGroups: [first ?? '', second ?? ''], noteSigned: true });
    await this.open();
  }

  /** Signs in with the password and opens. */
  async unlock(): Promise<void> {
    this.#unlocked = await unlock(this.environment(), { password });
    await this.open();
  }

  /** Opens the device from its storage, with the session it has. */
  async open(): Promise<void> {
    if (this.#unlocked === undefined) throw new Error('the device is locked');
    this.#device = await openDevice(this.environment(), this.#unlocked);
  }

  /** From now on nothing the running device does reaches its storage or the server. */
  die(): void {
    this.#life.isOver = true;
    this.#life = { isOver: false };
    this.#device = undefined;
  }

  /** Whether the device is open. */
  get isAlive(): boolean {
    return this.#device !== undefined;
  }

  /** Opens a record and answers its bytes. */
  async read(
    record: Parameters<Device['records']['open']>[0]['record'],
    version?: number,
  ): Promise<Uint8Array> {
    const sink = new MemorySink();
    await this.device.records.open({
      record,
      sink,
      purpose: 'work',
      ...(version === undefined ? {} : { version }),
    });
    if (sink.state !== 'committed') throw new Error(`a sink was left ${sink.state}`);
    return sink.bytes();
  }

  /** The device's surroundings for one life. */
  environment(): DeviceEnvironment {
    const life = this.#life;
    const assertAlive = (): void => {
      if (life.isOver) throw new Error('this device was killed');
    };
    return {
      engine,
      storage: {
        read: async (key) => (assertAlive(), await this.storage.read(key)),
        write: async (key, bytes) => (assertAlive(), await this.storage.write(key, bytes)),
        remove: async (key) => (assertAlive(), await this.storage.remove(key)),
        list: async (prefix) => (assertAlive(), await this.storage.list(prefix)),
      },
      transport: { send: async (request) => (assertAlive(), await this.#send(request)) },
      clock: {
        nowMs: () => Date.now() + this.#installation.offsetMs,
        sleep: async (ms) => await new Promise((resolve) => setTimeout(resolve, Math.min(ms, sleepMsMax))),
      },
    };
  }

  async #send(request: TransportRequest): Promise<TransportResponse> {
    const { method, path, headers, body, signal } = request;
    const response = await fetch(this.#installation.url + path, {
      method,
      headers: headers ?? {},
      ...(body === undefined ? {} : { body: body as Uint8Array<ArrayBuffer> }),
      ...(signal === undefined ? {} : { signal }),
    });
    const answer = {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: new Uint8Array(await response.arrayBuffer()),
    };
    this.#witness.see(method, path, answer);
    return answer;
  }
}

/** How a piece of work ended: done, or refused with a code. Anything that is not a typed refusal is thrown. */
export async function settle<T>(
  work: Promise<T>,
): Promise<{ readonly value: T } | Pick<StrongroomError, 'code' | 'details'>> {
  try {
    return { value: await work };
  } catch (cause) {
    if (cause instanceof StrongroomError) return { code: cause.code, details: cause.details };
    throw cause;
  }
}

/** The code of a refusal, or `done`. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  const settled = await settle(work);
  return 'code' in settled ? settled.code : 'done';
}
