/**
 * The newest head of each ledger that the witnesses of the firm's statement have cosigned, verified here and consistent with what this device
 * knows; and how long heads have gone without. Invariant: what counts is the statement that this device folded, never what a server says of
 * its witnesses. Spec: docs/spec/statements.md section 4.2, requests.md section 3 (attack J3).
 */
import { AccessError, StrongroomError } from '@strongroom/core';
import type { Engine, VaultId } from '@strongroom/core';
import { witnessesInForce, witnessPolicyOf } from '@strongroom/authority';
import type { NamedWitnesses, OfficeState } from '@strongroom/authority';
import { formatNoteKey, isQuorumMet, parseNoteKey, verifyCheckpointByPolicy } from '@strongroom/ledger';
import type { Clock } from '../environment/index.ts';
import type { SealedStore } from '../storage/sealed-store.ts';
import type { LedgerAnchor } from './ledger-anchor.ts';

/** A head with the quorum. */
export interface WitnessedHead {
  readonly size: number;
  readonly note: string;
  /** Verifier keys of those who cosigned it, and when, by their clocks in seconds. */
  readonly cosigners: readonly (readonly [vkey: string, atSeconds: number])[];
}

/** A head that lacked the quorum when it was seen first, and when that was by this device's clock. */
interface Waiting {
  readonly size: number;
  readonly sinceMs: number;
}

interface Kept {
  readonly head: WitnessedHead | undefined;
  readonly waiting: Waiting | undefined;
}

const hourMs = 3_600_000;
const folder = 'witnessed/';
const nothing: Kept = { head: undefined, waiting: undefined };

/** Keeps them. */
export class WitnessKeeper {
  readonly #engine: Engine;
  readonly #clock: Clock;
  readonly #store: SealedStore;
  readonly #kept = new Map<VaultId, Kept>();

  constructor(by: { readonly engine: Engine; readonly clock: Clock; readonly store: SealedStore }) {
    this.#engine = by.engine;
    this.#clock = by.clock;
    this.#store = by.store;
  }

  /** Reads what is kept of a ledger, before it is asked for. */
  async restore(ledger: VaultId): Promise<void> {
    if (this.#kept.has(ledger)) return;
    const value = await this.#store.read(`${folder}${ledger}`);
    this.#kept.set(ledger, value === undefined ? nothing : decodeKept(value as KeptRow));
  }

  /** An edition has ended: its heads, and how long they went without, say nothing of the next. */
  async forgetEdition(): Promise<void> {
    for (const name of await this.#store.list(folder)) await this.#store.remove(name);
    this.#kept.clear();
  }

  /** The newest witnessed head, if it has the quorum of the statement in force. */
  findHead(ledger: VaultId, office: OfficeState): WitnessedHead | undefined {
    const named = witnessesInForce(office);
    const head = this.#kept.get(ledger)?.head;
    if (named === undefined || head === undefined) return undefined;
    const signed = head.cosigners.map(([vkey]) => parseNoteKey(this.#engine, vkey));
    return isQuorumMet(witnessPolicyOf(this.#engine, named, []), signed) ? head : undefined;
  }

  /** Since when a head of the ledger has waited for its quorum, by this device's clock. */
  findWaitingSince(ledger: VaultId, office: OfficeState): number | undefined {
    return witnessesInForce(office) === undefined ? undefined : this.#kept.get(ledger)?.waiting?.sinceMs;
  }

  /** Whether heads have gone without the quorum for longer than the statement allows. */
  isMissing(ledger: VaultId, office: OfficeState): boolean {
    const named = witnessesInForce(office);
    const sinceMs = this.findWaitingSince(ledger, office);
    if (named === undefined || sinceMs === undefined) return false;
    return this.#clock.nowMs() - sinceMs > named.waitHours * hourMs;
  }

  /** @throws AccessError WITNESS_MISSING */
  assertThere(ledger: VaultId, office: OfficeState): void {
    if (!this.isMissing(ledger, office)) return;
    const size = this.#kept.get(ledger)?.waiting?.size ?? 0;
    throw new AccessError('WITNESS_MISSING', { ledger, size });
  }

  /**
   * Takes the cosigned head that came with a sync, once what it brought is folded, and notes what waits.
   * @throws IntegrityError LEDGER_FORKED for a head that the witnesses have and that is not in this ledger's history
   */
  async take(anchor: LedgerAnchor, office: OfficeState, note: string | undefined): Promise<void> {
    const { ledger } = anchor;
    await this.restore(ledger);
    const named = witnessesInForce(office);
    const before = this.#kept.get(ledger) ?? nothing;
    if (named === undefined) {
      if (before.waiting !== undefined) await this.#keep(ledger, { ...before, waiting: undefined });
      return;
    }
    const counted = this.findHead(ledger, office);
    const isNew = note !== undefined && note !== counted?.note;
    const given = isNew ? await this.#verify(anchor, named, note) : undefined;
    const head = given !== undefined && given.size >= (counted?.size ?? 0) ? given : counted;
    const waiting = this.#waitFor(anchor.head.size, head?.size ?? 0, before.waiting);
    if (head === before.head && waiting === before.waiting) return;
    await this.#keep(ledger, { head, waiting });
  }

  /** A note that the quorum did not sign is no news; one that it did sign must lie in this ledger's history. */
  async #verify(
    anchor: LedgerAnchor,
    named: NamedWitnesses,
    note: string,
  ): Promise<WitnessedHead | undefined> {
    const policy = witnessPolicyOf(
      this.#engine,
      named,
      anchor.keys.map((key) => ({ key })),
    );
    let checkpoint;
    try {
      checkpoint = await verifyCheckpointByPolicy(this.#engine, policy, note);
    } catch (cause) {
      if (cause instanceof StrongroomError) return undefined;
      throw cause;
    }
    await anchor.accept(note);
    const cosigners = checkpoint.cosignatures.map(
      ({ key, signedAtSeconds = 0 }) => [formatNoteKey(key), signedAtSeconds] as const,
    );
    return { size: checkpoint.size, note, cosigners };
  }

  #waitFor(size: number, witnessedSize: number, before: Waiting | undefined): Waiting | undefined {
    if (witnessedSize >= size) return undefined;
    return before === undefined || witnessedSize >= before.size
      ? { size, sinceMs: this.#clock.nowMs() }
      : before;
  }

  async #keep(ledger: VaultId, kept: Kept): Promise<void> {
    const { head, waiting } = kept;
    const row: KeptRow = [
      head === undefined ? null : [head.size, head.note, head.cosigners],
      waiting === undefined ? null : [waiting.size, waiting.sinceMs],
    ];
    await this.#store.write(`${folder}${ledger}`, row);
    this.#kept.set(ledger, kept);
  }
}

type KeptRow = [
  readonly [number, string, readonly (readonly [string, number])[]] | null,
  readonly [number, number] | null,
];

function decodeKept([head, waiting]: KeptRow): Kept {
  return {
    head: head === null ? undefined : { size: head[0], note: head[1], cosigners: head[2] },
    waiting: waiting === null ? undefined : { size: waiting[0], sinceMs: waiting[1] },
  };
}
