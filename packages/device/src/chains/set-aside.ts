/**
 * Entries as a server gave them, before anything is believed: an entry's time, office size and index are signed by nobody, so that
 * only the warden's heads tell whether these are the ones in the ledger. Invariant: nothing here was judged, and nothing judged
 * comes from here before the heads say the same of every chain (attacks A6, J3). Spec: docs/spec/requests.md section 3.
 */
import { compareBytes, IntegrityError, StrongroomError } from '@strongroom/core';
import type { Engine } from '@strongroom/core';
import { decodeEntry, entryHash, extendChain } from '@strongroom/authority';
import type { Body, ChainHead, ChainId, Entry } from '@strongroom/authority';
import type { EntryLog, PlacedEntry } from './entry-log.ts';

/** An entry with what it says. */
export interface ReceivedEntry extends PlacedEntry {
  readonly entry: Entry;
}

/** The entries of one pull of one ledger. */
export class SetAside {
  readonly #engine: Engine;
  readonly #log: EntryLog;
  readonly #heldOf: (chain: ChainId) => ChainHead;
  readonly #entries = new Map<number, ReceivedEntry>();
  readonly #heads = new Map<ChainId, ChainHead>();

  constructor(engine: Engine, log: EntryLog, heldOf: (chain: ChainId) => ChainHead) {
    this.#engine = engine;
    this.#log = log;
    this.#heldOf = heldOf;
  }

  /** Where a chain would stand with what was given. */
  headOf(chain: ChainId): ChainHead {
    return this.#heads.get(chain) ?? this.#heldOf(chain);
  }

  /** Takes what a server gave. @throws IntegrityError CHAIN_INVALID, LEDGER_FORKED for two entries at one index */
  add(entries: readonly PlacedEntry[]): void {
    for (const { index, bytes } of [...entries].sort((left, right) => left.index - right.index)) {
      const known = this.#entries.get(index);
      if (known !== undefined && compareBytes(known.bytes, bytes) !== 0)
        throw new IntegrityError('LEDGER_FORKED', { ledger: this.#log.ledger, index });
      if (known !== undefined || this.#log.has({ index, bytes })) continue;
      const entry = decodeReceived(bytes);
      const hash = entryHash(this.#engine, bytes);
      for (const chain of chainsOf(entry.body))
        this.#heads.set(chain, extendChain(this.#engine, this.headOf(chain), hash));
      this.#entries.set(index, { index, bytes, entry });
    }
  }

  /** What was given, by index, whatever it is worth. */
  given(): ReceivedEntry[] {
    return [...this.#entries.values()].sort((left, right) => left.index - right.index);
  }

  /**
   * What was given, by index, once the heads said the same of `chains`.
   * @throws IntegrityError CHAIN_INVALID for an entry of none of them, or beyond the end of the ledger
   */
  take(chains: readonly ChainId[], size: number): ReceivedEntry[] {
    const compared = new Set(chains);
    const entries = this.given();
    for (const { index, entry } of entries) {
      if (index >= size || !chainsOf(entry.body).some((chain) => compared.has(chain)))
        throw new IntegrityError('CHAIN_INVALID', { ledger: this.#log.ledger, index, reason: 'place' });
    }
    return entries;
  }
}

/** The chains in which an entry takes the next number. */
export function chainsOf(body: Body): readonly ChainId[] {
  if (!('c' in body)) return [];
  const [chain] = body.c;
  return body.k === 'shared' && body.room !== chain ? [chain, body.room] : [chain];
}

/** Entry bytes as they came. @throws IntegrityError CHAIN_INVALID */
export function decodeReceived(bytes: Uint8Array): Entry {
  try {
    return decodeEntry(bytes);
  } catch (cause) {
    if (cause instanceof StrongroomError)
      throw new IntegrityError('CHAIN_INVALID', { reason: 'form' }, { cause });
    throw cause;
  }
}
