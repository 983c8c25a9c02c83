/** A browser that waits to be adopted by one of the person's devices (docs/spec/requests.md 4.1): its keys and its code, in memory. */
import { ConflictError } from '@strongroom/core';
import { beginAdoption } from '@strongroom/device';
import type { AdoptionState, DeviceEnvironment, PendingAdoption, Unlocked } from '@strongroom/device';
import type { AdoptionView } from '../../keys/contract.ts';

export class WaitingAdoption {
  readonly #environment: DeviceEnvironment;
  #pending: PendingAdoption | undefined;

  constructor(environment: DeviceEnvironment) {
    this.#environment = environment;
  }

  async begin(options: { readonly name: string }): Promise<AdoptionView> {
    this.discard();
    const pending = await beginAdoption(this.#environment, options);
    // Another page was quicker.
    this.discard();
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
    this.#pending?.discard();
    this.#pending = undefined;
  }

  #get(): PendingAdoption {
    if (this.#pending === undefined) throw new ConflictError('STATE_CHANGED');
    return this.#pending;
  }
}
