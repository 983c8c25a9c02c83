/** A browser that waits to be adopted by one of the person's devices (docs/spec/requests.md 4.1): its keys and its code, in memory. */
import { ConflictError } from '@strongroom/core';
import { beginAdoption } from '@strongroom/device';
import type { AdoptionState, DeviceEnvironment, PendingAdoption, Unlocked } from '@strongroom/device';
import type { AdoptionView } from '../../keys/contract.ts';

export class WaitingAdoption {
  readonly #environment: DeviceEnvironment;
  #pending: PendingAdoption | undefined;
  #discards = 0;

  constructor(environment: DeviceEnvironment) {
    this.#environment = environment;
  }

  /** @throws ConflictError STATE_CHANGED where it was discarded meanwhile */
  async begin(options: { readonly name: string }): Promise<AdoptionView> {
    this.#drop();
    const discards = this.#discards;
    const pending = await beginAdoption(this.#environment, options);
    if (discards !== this.#discards) {
      pending.discard();
      throw new ConflictError('STATE_CHANGED');
    }
    // Another page was quicker.
    this.#drop();
    this.#pending = pending;
    const { code, fingerprint, endsAtMs } = pending;
    return { code, fingerprint, endsAtMs };
  }

  /** @throws ConflictError STATE_CHANGED where none waits */
  async check(): Promise<AdoptionState> {
    return await this.#get().check();
  }

  async complete(options: { readonly password: string }): Promise<Unlocked> {
    const unlocked = await this.#get().complete(options);
    this.discard();
    return unlocked;
  }

  discard(): void {
    this.#discards += 1;
    this.#drop();
  }

  #drop(): void {
    this.#pending?.discard();
    this.#pending = undefined;
  }

  #get(): PendingAdoption {
    if (this.#pending === undefined) throw new ConflictError('STATE_CHANGED');
    return this.#pending;
  }
}
