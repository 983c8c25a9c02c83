/** The facts that are kept beside the device, as they stand now: read once, written whole. */
import { DependencyError } from '@strongroom/core';
import type { LockReason } from '../../keys/contract.ts';
import type { KeeperParts, KeptFacts } from './keeper-parts.ts';

export class FactsBook {
  readonly #parts: Pick<KeeperParts, 'readFacts' | 'writeFacts'>;
  #facts: KeptFacts = {};

  constructor(parts: Pick<KeeperParts, 'readFacts' | 'writeFacts'>) {
    this.#parts = parts;
  }

  get facts(): KeptFacts {
    return this.#facts;
  }

  async read(): Promise<void> {
    this.#facts = await this.#parts.readFacts();
  }

  async keep(facts: KeptFacts): Promise<void> {
    this.#facts = { ...this.#facts, ...facts };
    await this.#parts.writeFacts(this.#facts);
  }

  /** Why this browser is locked, so that a page that is loaded later says so; undefined while it is unlocked. */
  async keepLockReason(lockedFor: LockReason | undefined): Promise<void> {
    const { lockedFor: before, ...rest } = this.#facts;
    if (before === lockedFor) return;
    this.#facts = { ...rest, ...(lockedFor === undefined ? {} : { lockedFor }) };
    try {
      await this.#parts.writeFacts(this.#facts);
    } catch (cause) {
      // A full disk costs the true reason, and nothing else.
      if (!(cause instanceof DependencyError)) throw cause;
    }
  }

  /** They were erased with everything else. */
  forget(): void {
    this.#facts = {};
  }
}
