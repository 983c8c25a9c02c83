/** The authority's states of the ledgers this device follows. An entry that the authority calls void is refused: a sync never contains one. */
import { IntegrityError, officeId, StrongroomError } from '@strongroom/core';
import type { Engine, RoomId, VaultId } from '@strongroom/core';
import { createOfficeState, createVaultState, judge, judgeVerified } from '@strongroom/authority';
import type { Body, Entry, OfficeState, States, VaultState, Verdict } from '@strongroom/authority';

/** Kinds that read and change their own room and nothing else of a vault. */
const roomKinds: ReadonlySet<Body['k']> = new Set<Body['k']>([
  'room.created',
  'access.granted',
  'history.granted',
  'access.revoked',
  'epoch.rotated',
  'epoch.disputed',
  'class.set',
  'room.frozen',
  'room.thawed',
  'payload-key.made',
  'written',
]);

/** A room's newest entry. */
export interface NewestEntry {
  readonly index: number;
  readonly atMs: number;
}

/** The states of a fold that was kept, and where each room's newest entry lies. */
export interface HeldStates {
  readonly office: OfficeState;
  readonly vaults: ReadonlyMap<VaultId, VaultState>;
  readonly newest: ReadonlyMap<RoomId, NewestEntry>;
}

export class Fold {
  readonly #engine: Engine;
  readonly #vaults: Map<VaultId, VaultState>;
  /** The newest entry folded of each room of a vault. */
  readonly #newest: Map<RoomId, NewestEntry>;
  /** Rooms that changed since a snapshot was taken; `all` where that is not known. */
  #touched: Set<RoomId> | 'all';
  readonly office: OfficeState;

  constructor(engine: Engine, held?: HeldStates) {
    this.#engine = engine;
    this.office = held?.office ?? createOfficeState({ records: true });
    this.#vaults = new Map(held?.vaults);
    this.#newest = new Map(held?.newest);
    this.#touched = held === undefined ? 'all' : new Set();
  }

  vaults(): VaultId[] {
    return [...this.#vaults.keys()];
  }

  findVault(vault: VaultId): VaultState | undefined {
    return this.#vaults.get(vault);
  }

  addVault(vault: VaultId): void {
    if (!this.#vaults.has(vault)) this.#vaults.set(vault, createVaultState(vault, { records: true }));
  }

  /** One above the newest index folded. */
  sizeOf(ledger: VaultId): number {
    return ledger === officeId ? this.office.own.size : (this.#vaults.get(ledger)?.size ?? 0);
  }

  /** The newest entry folded of a room of a vault. */
  newestOf(room: RoomId): NewestEntry | undefined {
    return this.#newest.get(room);
  }

  /** The rooms that changed since this was last asked. */
  takeTouched(): ReadonlySet<RoomId> | 'all' {
    const touched = this.#touched;
    this.#touched = new Set();
    return touched;
  }

  /**
   * Whether an entry can be folded now: it is the newest of all, or, in a vault, the newest of its room and about nothing but that
   * room, so that it does not matter what was folded of others.
   */
  isInOrder(ledger: VaultId, index: number, body: Body): boolean {
    if (index >= this.sizeOf(ledger)) return true;
    const [room] = ledger === officeId || !roomKinds.has(body.k) ? [] : roomsOf(body);
    return room !== undefined && index > (this.#newest.get(room)?.index ?? -1);
  }

  /** Judges and applies one entry. @throws IntegrityError CHAIN_INVALID if it is void */
  async apply(ledger: VaultId, index: number, entry: Entry): Promise<void> {
    try {
      const states = this.#statesAt(ledger, index);
      const verdict = await judge(this.#engine, states, entry, { index, ledger });
      this.#finish(ledger, index, entry, states, verdict);
    } catch (cause) {
      throw explain(cause, ledger, index);
    }
  }

  /**
   * The same for an entry that this device judged before and kept under its own seal: its signatures are not verified a second
   * time, all else is.
   * @throws IntegrityError CHAIN_INVALID if it is void
   */
  applyHeld(ledger: VaultId, index: number, entry: Entry): void {
    try {
      const states = this.#statesAt(ledger, index);
      const verdict = judgeVerified(this.#engine, states, entry, { index, ledger });
      this.#finish(ledger, index, entry, states, verdict);
    } catch (cause) {
      throw explain(cause, ledger, index);
    }
  }

  /**
   * The states as they are for an entry of this index. For one before the newest: the same rooms, with the ledger's own clock and
   * sizes as they stood at the last entry of its room at the latest, which no later entry of another room may hold against it.
   */
  #statesAt(ledger: VaultId, index: number): States {
    const vault = this.#vaults.get(ledger);
    if (vault === undefined) return { office: this.office };
    if (index >= vault.size) return { office: this.office, vault };
    return { office: this.office, vault: { ...vault, size: index, atMs: 0, officeSize: 0 } };
  }

  #finish(ledger: VaultId, index: number, entry: Entry, { vault }: States, verdict: Verdict): void {
    if (verdict.kind === 'void')
      throw new IntegrityError('CHAIN_INVALID', { ledger, index, reason: verdict.code });
    const held = this.#vaults.get(ledger);
    if (held === undefined || vault === undefined) return;
    for (const room of roomsOf(entry.body)) {
      this.#newest.set(room, { index, atMs: entry.atMs });
      if (this.#touched !== 'all') this.#touched.add(room);
    }
    // What is destroyed in one room may be shared into others.
    if (!roomKinds.has(entry.body.k)) this.#touched = 'all';
    if (held === vault) return;
    held.atMs = Math.max(held.atMs, vault.atMs);
    held.officeSize = Math.max(held.officeSize, vault.officeSize);
  }
}

/** The rooms in whose chains an entry lies. */
function roomsOf(body: Body): readonly RoomId[] {
  if (!('c' in body) || !body.c[0].startsWith('rom_')) return [];
  const room = body.c[0] as RoomId;
  return body.k === 'shared' ? [room, body.room] : [room];
}

function explain(cause: unknown, ledger: VaultId, index: number): unknown {
  if (!(cause instanceof StrongroomError) || cause.code === 'CHAIN_INVALID') return cause;
  return new IntegrityError('CHAIN_INVALID', { ledger, index, reason: cause.code }, { cause });
}
