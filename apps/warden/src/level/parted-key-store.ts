/** The state key of a home: the file of section 3, and whatever parts are in force beside it (docs/spec/warden.md section 14). */
import { wipeBytes } from '@strongroom/core';
import type { Engine } from '@strongroom/core';
import type { StateKeyLevel } from '../protocol/messages.ts';
import { openStateKeyFile } from '../storage/state-key-file.ts';
import type { ReplaceSteps, StateKey, StateKeyStore } from '../storage/state-key-file.ts';
import { deriveRootKey } from './derive-root-key.ts';
import { PartKeeper } from './part-keeper.ts';
import { findSet, levelOf, readPartList, settleList, writePartList } from './part-list.ts';
import type { PartSet } from './part-list.ts';

/** A set of parts with what they are. */
export type GatheredSet = PartSet & { readonly secrets: readonly Uint8Array[] };

export type KeyStoreContext = {
  readonly engine: Pick<Engine, 'hkdf' | 'randomBytes' | 'sha256'>;
  readonly home: string;
  /** Of the process; absent: one for this opening. */
  readonly parts?: PartKeeper;
};

/** @throws DependencyError WARDEN_STORAGE_FAILED; IntegrityError WARDEN_STATE_CORRUPT */
export async function openPartedKeyStore(context: KeyStoreContext, path: string): Promise<PartedKeyStore> {
  return new PartedKeyStore(context, await openStateKeyFile(context.engine, path));
}

export class PartedKeyStore implements StateKeyStore {
  readonly #context: KeyStoreContext;
  readonly #file: StateKeyStore;
  #inForce: GatheredSet = { from: 0, parts: [], secrets: [] };
  #next: GatheredSet | undefined;

  constructor(context: KeyStoreContext, file: StateKeyStore) {
    this.#context = context;
    this.#file = file;
  }

  get level(): StateKeyLevel {
    return levelOf(this.#inForce.parts);
  }

  /** Gathers the parts, too. @throws DependencyError STATE_KEY_PART_MISSING; IntegrityError STATE_KEY_PART_OTHER */
  async read(): Promise<StateKey | undefined> {
    const { engine, home, parts = new PartKeeper({ engine, home }) } = this.#context;
    const newest = await this.#file.read();
    try {
      const generation = newest?.generation ?? 0;
      const list = await readPartList(home);
      const settled = settleList(list, generation);
      // Before anything is committed: the next generation must not be another set's that was never made whole.
      if (settled !== list) await writePartList(home, settled);
      const set = findSet(settled, generation);
      this.#inForce = { ...set, secrets: await parts.gather(set.parts) };
      return newest;
    } catch (error) {
      wipeBytes(newest?.key);
      throw error;
    }
  }

  /** The parts of the generations from one on that is still to come; the caller has made them durable, and the list that names them. */
  prepare(next: GatheredSet): void {
    this.#next = next;
  }

  sealingKey(key: StateKey): Uint8Array {
    const { parts, secrets } = this.#setOf(key.generation);
    return parts.length === 0 ? key.key : deriveRootKey(this.#context.engine, key, parts, secrets);
  }

  async replace(key: StateKey, steps: ReplaceSteps): Promise<void> {
    await this.#file.replace(key, steps);
    this.#inForce = this.#setOf(key.generation);
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  #setOf(generation: number): GatheredSet {
    return this.#next !== undefined && generation >= this.#next.from ? this.#next : this.#inForce;
  }
}
