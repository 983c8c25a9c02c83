import type { DeviceId, Engine, PersonId, UnlockId } from '@strongroom/core';
import type { Api } from '../api/index.ts';
import type { Clock } from '../environment/index.ts';
import type { SealedStore } from '../storage/sealed-store.ts';

/** The device that follows the chains. */
export interface Follower {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly api: Api;
  readonly store: SealedStore;
  /** Hash of the genesis entry, pinned. */
  readonly root: Uint8Array;
  /** The genesis entry, already checked against the root. */
  readonly genesis: Uint8Array;
  readonly person: PersonId;
  /** The device; or the unlock that adds one. */
  readonly signer: { readonly id: DeviceId | UnlockId; readonly seed: Uint8Array };
}
