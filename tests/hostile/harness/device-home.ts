/** One person's device: the real package over a storage in memory, a tapped engine, and the hostile server as its only network. */
import { openDevice, unlock } from '@strongroom/device';
import type {
  Clock,
  Device,
  DeviceEnvironment,
  Transport,
  TransportRequest,
  Unlocked,
} from '@strongroom/device';
import type { EndpointName } from '@strongroom/protocol';
import { createHostileServer } from './hostile-server.ts';
import type { HostileServer } from './hostile-server.ts';
import { createMemoryStorage } from './memory-storage.ts';
import type { MemoryStorage } from './memory-storage.ts';
import { createTappedEngine } from './tapped-engine.ts';
import type { Tap } from './tapped-engine.ts';

/** A device and what surrounds it. */
export class DeviceHome {
  readonly server: HostileServer;
  readonly tap: Tap;
  readonly environment: DeviceEnvironment;
  readonly storage: MemoryStorage;
  readonly password: string;
  #honest: Transport;
  readonly #clock: Clock;
  #unlocked: Unlocked | undefined;
  #device: Device | undefined;

  constructor(options: {
    readonly honest: Transport;
    readonly clock: Clock;
    readonly password: string;
    readonly storage?: MemoryStorage;
    readonly unlocked?: Unlocked;
  }) {
    const { engine, tap } = createTappedEngine();
    this.tap = tap;
    this.#honest = options.honest;
    this.#clock = options.clock;
    this.server = createHostileServer(options.honest);
    this.storage = options.storage ?? createMemoryStorage();
    this.password = options.password;
    this.#unlocked = options.unlocked;
    this.environment = {
      engine,
      storage: this.storage,
      transport: this.server.transport,
      clock: options.clock,
    };
  }

  /** Keeps what a start gave. */
  keep(unlocked: Unlocked): void {
    this.#unlocked = { ...unlocked, deviceFileKey: unlocked.deviceFileKey.slice() };
  }

  /** The open device. */
  async device(): Promise<Device> {
    if (this.#unlocked === undefined) this.keep(await unlock(this.environment, { password: this.password }));
    const unlocked = this.#unlocked as Unlocked;
    this.#device ??= await openDevice(this.environment, {
      ...unlocked,
      deviceFileKey: unlocked.deviceFileKey.slice(),
    });
    return this.#device;
  }

  /** Ends the process and starts it anew on the same storage. */
  async restart(): Promise<void> {
    await this.#device?.close();
    this.#device = undefined;
  }

  /** The session, which a malicious member has in hand. */
  get session(): string {
    return this.#unlocked?.session ?? '';
  }

  /** The server is now to be found somewhere else. */
  moveTo({ honest }: { readonly honest: Transport }): void {
    this.#honest = honest;
    this.server.moveTo(honest);
  }

  /** What another server answers to a request of this device, for a mutator. */
  async askElsewhere(
    { honest }: { readonly honest: Transport },
    name: EndpointName,
    request: TransportRequest,
  ): Promise<unknown> {
    return await this.server.ask(honest, name, request);
  }

  /** The same device as it is now, on a storage of its own: what is done to the copy does not reach this one. */
  copy(): DeviceHome {
    return new DeviceHome({
      honest: this.#honest,
      clock: this.#clock,
      password: this.password,
      storage: this.storage.copy(),
      ...(this.#unlocked === undefined ? {} : { unlocked: this.#unlocked }),
    });
  }
}
