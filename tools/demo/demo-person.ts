/** A person of the demo with one device: the device package itself, with a storage in memory and the story's clock. */
import { openDevice } from '@strongroom/device';
import type { BeginFirmOptions, Device, DeviceEnvironment, Unlocked } from '@strongroom/device';
import type { PersonId } from '@strongroom/core';
import type { CastMember } from './cast.ts';
import { createDemoEnvironment, MemoryStorage } from './demo-environment.ts';
import type { Installation } from './installation.ts';
import type { StartKind } from './start-worker.ts';
import type { Starts } from './starts.ts';

/** The server ends a session after 15 idle minutes and after 12 hours; a demo person signs in anew a little before. */
const idleMsMax = 13 * 60_000;
const sessionMsMax = 11 * 3_600_000;

/** Whoever acts in the story. */
export class DemoPerson {
  readonly cast: CastMember;
  readonly #installation: Installation;
  readonly #environment: DeviceEnvironment;
  readonly #password: string;
  readonly #starts: Starts;
  readonly #storage = new MemoryStorage();
  #unlocked: Unlocked | undefined;
  #device: Device | undefined;
  #signingIn: Promise<Device> | undefined;
  #signedInAtMs = 0;
  #usedAtMs = 0;
  #person: PersonId | undefined;
  #kit = '';

  constructor(
    cast: CastMember,
    options: {
      readonly installation: Installation;
      readonly password: string;
      readonly starts: Starts;
    },
  ) {
    const { installation } = options;
    this.cast = cast;
    this.#installation = installation;
    this.#password = options.password;
    this.#starts = options.starts;
    this.#environment = createDemoEnvironment(
      () => installation.url,
      () => installation.nowMs(),
      this.#storage,
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
    await this.#begin({
      kind: 'firm',
      code: this.#installation.firstRunCode,
      firm,
      person: { name: this.cast.name },
    });
  }

  async enrol(code: string): Promise<void> {
    await this.#begin({ kind: 'enrolment', code });
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
      this.#unlocked = await this.#start({ kind: 'unlock' });
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

  async #begin(start: StartKind): Promise<void> {
    this.#unlocked = await this.#start(start);
    this.#signedInAtMs = this.#installation.nowMs();
    this.#usedAtMs = this.#signedInAtMs;
  }

  async #start(start: StartKind): Promise<Unlocked> {
    const { unlocked, entries, made } = await this.#starts.run({
      start,
      url: this.#installation.url,
      nowMs: this.#installation.nowMs(),
      password: this.#password,
      entries: this.#storage.entries,
    });
    this.#storage.replace(entries);
    if (made !== undefined) {
      this.#person = made.person;
      this.#kit = made.kit;
    }
    return unlocked;
  }
}
