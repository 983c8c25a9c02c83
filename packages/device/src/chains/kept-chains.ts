/**
 * Where chains stood, at the last entry that a restore kept, before this device followed it: what it asks for anew has to pass through the
 * same heads, whoever signed the statement. Kept until every such chain was compared (docs/spec/backup.md section 8).
 */
import { compareBytes, IntegrityError } from '@strongroom/core';
import type { Engine, VaultId } from '@strongroom/core';
import { emptyChain, extendChain } from '@strongroom/authority';
import type { ChainHead, ChainId } from '@strongroom/authority';
import type { SealedStore } from '../storage/sealed-store.ts';
import { chainsOf } from './set-aside.ts';
import type { ReceivedEntry } from './set-aside.ts';

/** Heads by chain. */
export type ChainHeads = ReadonlyMap<ChainId, ChainHead>;

type Placed = Pick<ReceivedEntry, 'index' | 'bytes' | 'entry'>;
type KeptRow = readonly [chain: ChainId, n: number, head: Uint8Array];

const folder = 'kept/';

/** The heads that chains have with these entries, which are all of them, by index. */
export function headsWith(
  engine: Engine,
  entries: Iterable<Placed>,
  hashOf: (bytes: Uint8Array) => Uint8Array,
): ChainHeads {
  const heads = new Map<ChainId, ChainHead>();
  for (const { bytes, entry } of entries)
    for (const chain of chainsOf(entry.body))
      heads.set(chain, extendChain(engine, heads.get(chain) ?? emptyChain, hashOf(bytes)));
  return heads;
}

/** The first of these chains that does not pass through the head that it had. */
export function findOtherChain(
  engine: Engine,
  kept: ChainHeads,
  entries: Iterable<Placed>,
  hashOf: (bytes: Uint8Array) => Uint8Array,
): ChainId | undefined {
  const left = new Map([...kept].filter(([, { n }]) => n > 0));
  const heads = new Map<ChainId, ChainHead>();
  for (const { bytes, entry } of entries) {
    for (const chain of chainsOf(entry.body)) {
      const expected = left.get(chain);
      if (expected === undefined) continue;
      const head = extendChain(engine, heads.get(chain) ?? emptyChain, hashOf(bytes));
      heads.set(chain, head);
      if (head.n < expected.n) continue;
      if (compareBytes(head.head, expected.head) !== 0) return chain;
      left.delete(chain);
    }
  }
  // What is shorter than it was lacks something.
  return [...left.keys()][0];
}

/** Heads to be compared, by ledger, sealed on the storage. */
export class KeptChains {
  readonly #store: SealedStore;
  readonly #heads = new Map<VaultId, Map<ChainId, ChainHead>>();

  constructor(store: SealedStore) {
    this.#store = store;
  }

  /** Those of a ledger that were not compared yet. */
  async of(ledger: VaultId): Promise<ChainHeads> {
    return await this.#read(ledger);
  }

  /** Takes them for a ledger, in the place of those that are there. */
  async write(ledger: VaultId, heads: ChainHeads): Promise<void> {
    const kept = new Map([...heads].filter(([, { n }]) => n > 0));
    this.#heads.set(ledger, kept);
    const name = `${folder}${ledger}`;
    if (kept.size === 0) await this.#store.remove(name);
    else
      await this.#store.write(
        name,
        [...kept].map(([chain, { n, head }]): KeptRow => [chain, n, head]),
      );
  }

  /** These were compared. */
  async forget(ledger: VaultId, chains: readonly ChainId[]): Promise<void> {
    const before = await this.#read(ledger);
    const left = new Map(before);
    for (const chain of chains) left.delete(chain);
    if (left.size < before.size) await this.write(ledger, left);
  }

  async #read(ledger: VaultId): Promise<Map<ChainId, ChainHead>> {
    const known = this.#heads.get(ledger);
    if (known !== undefined) return known;
    const value = await this.#store.read(`${folder}${ledger}`);
    if (value !== undefined && !Array.isArray(value)) throw new IntegrityError('STATE_INVALID');
    const rows = (value ?? []) as unknown as readonly KeptRow[];
    const heads = new Map(rows.map(([chain, n, head]) => [chain, { n, head }] as const));
    this.#heads.set(ledger, heads);
    return heads;
  }
}
