/**
 * The warden's signed heads: how fresh what this device knows is. Heads are taken from the warden whose key genesis names, for
 * the ledger that was asked about, never older than those seen before (attacks E2, E6, F2). Spec: requests.md section 3.
 */
import { compareBytes, IntegrityError, officeId, StrongroomError } from '@strongroom/core';
import type { Engine, VaultId } from '@strongroom/core';
import { decodeHeads, headsAgeMsMax, verifyHeads } from '@strongroom/authority';
import type { ChainHead, ChainId, Heads } from '@strongroom/authority';
import type { Clock } from '../environment/index.ts';
import type { LedgerAnchor } from './ledger-anchor.ts';

/** What heads say of a chain, compared with what is held. */
export type ChainComparison = 'same' | 'behind' | 'ahead';

/** Keeps the newest heads. */
export class HeadsKeeper {
  readonly #engine: Engine;
  readonly #clock: Clock;
  readonly #newest = new Map<VaultId, Heads>();
  /** Chain and the warden's time at which it was seen whole. */
  readonly #seenWhole = new Map<string, number>();

  constructor(engine: Engine, clock: Clock) {
    this.#engine = engine;
    this.#clock = clock;
  }

  /**
   * Verifies heads and keeps them if they are the newest.
   * @throws IntegrityError HEADS_INVALID, LEDGER_WENT_BACK, LEDGER_FORKED
   */
  async accept(
    bytes: Uint8Array,
    context: { readonly wardenKey: Uint8Array; readonly anchor: LedgerAnchor; readonly office: LedgerAnchor },
  ): Promise<Heads> {
    const { anchor, office } = context;
    const signed = decode(bytes);
    if (!(await verifyHeads(this.#engine, signed, context.wardenKey)))
      throw new IntegrityError('HEADS_INVALID', { reason: 'signature' });
    const { heads } = signed;
    if (heads.l !== anchor.ledger || heads.edition !== anchor.head.edition)
      throw new IntegrityError('HEADS_INVALID', { reason: 'ledger' });
    anchor.assertSameHistory(heads.size, heads.root, { heads: bytes });
    office.assertSameHistory(heads.o[0], heads.o[1], { heads: bytes });
    const before = this.#newest.get(anchor.ledger);
    if (before !== undefined) {
      // Of two that were signed within one millisecond, nobody can say which was first.
      if (heads.t > before.t && heads.size < before.size) {
        throw new IntegrityError('LEDGER_WENT_BACK', {
          ledger: anchor.ledger,
          size: heads.size,
          known: before.size,
        });
      }
      if (heads.size === before.size && compareBytes(heads.root, before.root) !== 0) {
        throw new IntegrityError('LEDGER_FORKED', { ledger: anchor.ledger, size: heads.size });
      }
      if (heads.t < before.t || heads.size < before.size) return heads;
    }
    this.#newest.set(anchor.ledger, heads);
    return heads;
  }

  /** Notes that a chain is held exactly as these heads say. */
  markWhole(heads: Heads, chain: ChainId): void {
    const key = `${heads.l}/${chain}`;
    this.#seenWhole.set(key, Math.max(heads.t, this.#seenWhole.get(key) ?? 0));
  }

  /** Another edition of the ledgers begins: heads of the one before say nothing of it. */
  forgetAll(): void {
    this.#newest.clear();
    this.#seenWhole.clear();
  }

  /** Nothing held counts as whole any more. */
  forgetWhole(): void {
    this.#seenWhole.clear();
  }

  /** Whether a chain was seen whole within ten minutes, or less. A warden's clock far ahead of ours counts as stale too. */
  isFresh(ledger: VaultId, chain: ChainId, withinMs: number = headsAgeMsMax): boolean {
    const seenAtMs = this.#seenWhole.get(`${ledger}/${chain}`);
    return seenAtMs !== undefined && Math.abs(this.#clock.nowMs() - seenAtMs) <= withinMs;
  }

  /** The warden's time at which a chain was seen whole last. */
  findSeenAtMs(ledger: VaultId, chain: ChainId): number | undefined {
    return this.#seenWhole.get(`${ledger}/${chain}`);
  }

  /** The office size that the newest heads of a ledger cite. */
  findOfficeSize(ledger: VaultId): number | undefined {
    const heads = this.#newest.get(ledger);
    return ledger === officeId ? heads?.size : heads?.o[0];
  }
}

/**
 * Compares a held chain with what heads say of it.
 * @throws IntegrityError CHAIN_INVALID for the same number and another head
 */
export function compareChain(heads: Heads, chain: ChainId, held: ChainHead): ChainComparison | 'absent' {
  const said = heads.chains[chain];
  if (said === undefined) return 'absent';
  const [n, head] = said;
  if (n === held.n) {
    if (compareBytes(head, held.head) !== 0) throw new IntegrityError('CHAIN_INVALID', { chain, n });
    return 'same';
  }
  return n > held.n ? 'behind' : 'ahead';
}

function decode(bytes: Uint8Array): ReturnType<typeof decodeHeads> {
  try {
    return decodeHeads(bytes);
  } catch (cause) {
    if (cause instanceof StrongroomError)
      throw new IntegrityError('HEADS_INVALID', { reason: 'form' }, { cause });
    throw cause;
  }
}
