/**
 * What this device holds of the chains: entries that the authority applied, the states they give, and the verified heads of their
 * ledgers. Invariant: an entry that does not fit is never kept, and what was verified stays as it was (attacks A2, A8, F7).
 */
import { AccessError, IntegrityError, officeId } from '@strongroom/core';
import type { DeviceId, Engine, PersonId, Positions, RoomId, UnlockId, VaultId } from '@strongroom/core';
import { advanceOffice, chainHeadOf } from '@strongroom/authority';
import type {
  ChainHead,
  ChainId,
  Entry,
  OfficeState,
  PositionRows,
  States,
  VaultState,
} from '@strongroom/authority';
import type { Api } from '../api/index.ts';
import type { Clock } from '../environment/index.ts';
import type { SealedStore } from '../storage/sealed-store.ts';
import { EntryLog } from './entry-log.ts';
import type { PlacedEntry } from './entry-log.ts';
import { Fold } from './fold.ts';
import { LedgerAnchor } from './ledger-anchor.ts';
import type { LedgerHead } from './ledger-anchor.ts';
import { SetAside } from './set-aside.ts';
import type { ReceivedEntry } from './set-aside.ts';

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

/** Chains, states and heads as they are held. */
export class HeldChains {
  readonly #anchors = new Map<VaultId, LedgerAnchor>();
  readonly #logs = new Map<VaultId, EntryLog>();
  /** Chains asked for, by ledger. */
  readonly #followed = new Map<VaultId, Set<ChainId>>();
  /** Chains that the server still shows to this person, by ledger: a hint, which decides what is asked for and nothing else. */
  protected readonly shown = new Map<VaultId, Set<ChainId>>();
  /** Persons whose chains are asked for, shown or not. */
  #insisted = new Set<ChainId>();
  /** The warden's public key, from genesis. */
  readonly wardenKey: Uint8Array;
  readonly #officeKey: { readonly vkey: string; readonly edition: number };
  protected readonly by: Follower;
  protected fold: Fold;
  /** What is held does not fit to what the warden's heads say of entries: it is used to read, and asked for anew by the next sync. */
  protected isSuspect = false;

  protected constructor(by: Follower, genesis: Entry) {
    const { body } = genesis;
    if (body.k !== 'firm.created') throw new IntegrityError('GENESIS_MISMATCH');
    this.by = by;
    this.fold = new Fold(by.engine);
    this.wardenKey = body.warden.sign;
    this.#officeKey = { vkey: body.warden.ledger, edition: body.edition };
    this.#followed.set(officeId, new Set<ChainId>(['firm', by.person]));
  }

  get office(): OfficeState {
    return this.fold.office;
  }

  /** The rooms of a ledger. @throws AccessError NOT_A_MEMBER for a vault this device follows nothing of */
  rooms(ledger: VaultId): VaultState {
    const state = ledger === officeId ? this.office.own : this.fold.findVault(ledger);
    if (state === undefined) throw new AccessError('NOT_A_MEMBER');
    return state;
  }

  states(ledger: VaultId): States {
    return ledger === officeId ? { office: this.office } : { office: this.office, vault: this.rooms(ledger) };
  }

  /** The ledgers whose chains this device follows, the office first. */
  ledgers(): VaultId[] {
    return [officeId, ...this.fold.vaults()];
  }

  /** The ledger in which a room lies. @throws AccessError NOT_A_MEMBER */
  ledgerOf(room: RoomId): VaultId {
    for (const ledger of this.ledgers()) if (this.rooms(ledger).rooms.has(room)) return ledger;
    throw new AccessError('NOT_A_MEMBER');
  }

  /** @throws AccessError NOT_A_MEMBER */
  anchor(ledger: VaultId): LedgerAnchor {
    const anchor = this.#anchors.get(ledger);
    if (anchor === undefined) throw new AccessError('NOT_A_MEMBER');
    return anchor;
  }

  protected hasAnchor(ledger: VaultId): boolean {
    return this.#anchors.has(ledger);
  }

  log(ledger: VaultId): EntryLog | undefined {
    return this.#logs.get(ledger);
  }

  /** Positions to cite. */
  positions(ledger: VaultId): PositionRows {
    const o = this.anchor(officeId).position();
    return ledger === officeId ? { o } : { o, v: this.anchor(ledger).position() };
  }

  /** The same, as headers of records hold them. */
  headerPositions(ledger: VaultId): Positions {
    const office = this.anchor(officeId).head;
    return ledger === officeId ? { office } : { office, vault: this.anchor(ledger).head };
  }

  /** Sizes to tell the server, so that it sends consistency proofs from there. */
  known(ledger: VaultId): { office: number; vault?: number } {
    const office = this.anchor(officeId).head.size;
    return ledger === officeId ? { office } : { office, vault: this.anchor(ledger).head.size };
  }

  /** When a question to the authority is asked: now. */
  moment(ledger: VaultId): { readonly at: number; readonly atMs: number } {
    return { at: Number.MAX_SAFE_INTEGER, atMs: Math.max(this.by.clock.nowMs(), this.rooms(ledger).atMs) };
  }

  /** Follows a room that this device itself makes. */
  followRoom(ledger: VaultId, room: RoomId): void {
    this.followedOf(ledger).add(room);
    this.shown.get(ledger)?.add(room);
  }

  /** Takes the hint of what may be asked for; answers whether that is more than was asked for now. */
  protected show(ledger: VaultId, chains: readonly ChainId[]): boolean {
    const asked = new Set(this.chainsOf(ledger));
    const followed = this.followedOf(ledger);
    for (const chain of chains) followed.add(chain);
    this.shown.set(ledger, new Set(chains));
    return this.chainsOf(ledger).some((chain) => !asked.has(chain));
  }

  /** Asks for the chains of these persons even if the server does not show them. */
  protected insist(persons: readonly PersonId[]): void {
    this.#insisted = new Set(persons);
    for (const person of persons) this.followedOf(officeId).add(person);
  }

  /** Chains to ask for: those the server shows us. A chain that it no longer shows is kept, and grows stale. */
  protected chainsOf(ledger: VaultId): ChainId[] {
    const shown = this.shown.get(ledger);
    const isAsked = (chain: ChainId): boolean =>
      chain === 'firm' ||
      chain === this.by.person ||
      shown === undefined ||
      shown.has(chain) ||
      this.#insisted.has(chain);
    return [...this.followedOf(ledger)].filter(isAsked);
  }

  /** A place for what a server gives of a ledger, on top of what is held. */
  protected async setAside(ledger: VaultId): Promise<SetAside> {
    return new SetAside(this.by.engine, await this.#logOf(ledger), (chain) => this.heldOf(ledger, chain));
  }

  /** Takes what a server gave, still apart. @throws IntegrityError LEDGER_FORKED, CHAIN_INVALID */
  protected receive(aside: SetAside, entries: readonly PlacedEntry[]): void {
    try {
      aside.add(entries);
    } catch (cause) {
      // Either this answer is a lie, or the index under which something was given before.
      if (cause instanceof IntegrityError && cause.code === 'LEDGER_FORKED') this.isSuspect = true;
      throw cause;
    }
  }

  /**
   * Folds entries of which the warden's heads say the same, and keeps them.
   * @throws IntegrityError CHAIN_INVALID, where an index cannot be the entry's
   */
  protected async apply(ledger: VaultId, entries: readonly ReceivedEntry[]): Promise<void> {
    const [first] = entries;
    if (first === undefined) return;
    const log = await this.#logOf(ledger);
    try {
      if (first.index < this.fold.sizeOf(ledger)) await this.#refold(ledger, entries);
      else for (const { index, entry } of entries) await this.fold.apply(ledger, index, entry);
    } catch (cause) {
      this.isSuspect = true;
      throw cause;
    }
    for (const entry of entries) log.add(entry);
    await log.save();
  }

  /** Folds everything anew: a chain was met whose entries lie before others already folded. */
  async #refold(ledger: VaultId, fresh: readonly ReceivedEntry[]): Promise<void> {
    const fold = new Fold(this.by.engine);
    for (const each of [officeId, ...this.fold.vaults()]) {
      const log = await this.#logOf(each);
      const added = new Map(each === ledger ? fresh.map(({ index, entry }) => [index, entry]) : []);
      if (each !== officeId) fold.addVault(each);
      const indexes = [...log.indexes(), ...added.keys()].sort((left, right) => left - right);
      for (const index of indexes) {
        const entry = added.get(index);
        if (entry === undefined) fold.applyHeld(each, index, log.find(index) as Entry);
        else await fold.apply(each, index, entry);
      }
      if (each === officeId) advanceOffice(fold.office, this.office.size);
    }
    this.fold = fold;
  }

  /** Drops the entries that are kept; what was verified of the ledgers stays. Answers the states until now. */
  protected async beginAnew(): Promise<Fold> {
    const before = this.fold;
    this.isSuspect = true;
    for (const log of this.#logs.values()) await log.clear();
    for (const name of await this.by.store.list('entries/')) await this.by.store.remove(name);
    this.fold = new Fold(this.by.engine);
    this.isSuspect = false;
    return before;
  }

  /** Holds to earlier states, for reading alone. */
  protected goBack(fold: Fold): void {
    this.fold = fold;
    this.isSuspect = true;
  }

  protected async restore(): Promise<void> {
    const head = await this.readHead(officeId);
    this.addAnchor(officeId, this.#officeKey.vkey, this.#officeKey.edition, head);
    try {
      await this.#foldHeld(head);
    } catch (cause) {
      // What is held was cut short, or came with an index that is not its own: it is asked for anew.
      if (!(cause instanceof IntegrityError) || cause.code !== 'CHAIN_INVALID') throw cause;
      await this.beginAnew();
    }
  }

  async #foldHeld(head: LedgerHead | undefined): Promise<void> {
    const office = await this.#logOf(officeId);
    for (const index of office.indexes()) this.fold.applyHeld(officeId, index, office.find(index) as Entry);
    if (head !== undefined) advanceOffice(this.office, head.size);
    for (const { id, heads } of this.office.persons.values())
      if (heads.length > 0) this.followedOf(officeId).add(id);
    for (const { id, chain } of this.office.own.rooms.values())
      if (chain.n > 0) this.followedOf(officeId).add(id);
    for (const vault of this.office.vaults.values()) {
      const log = await this.#logOf(vault.id);
      if (log.size === 0) continue;
      this.addAnchor(vault.id, vault.vkey, vault.edition, await this.readHead(vault.id));
      this.fold.addVault(vault.id);
      for (const index of log.indexes()) this.fold.applyHeld(vault.id, index, log.find(index) as Entry);
      for (const room of this.rooms(vault.id).rooms.keys()) this.followedOf(vault.id).add(room);
    }
  }

  protected heldOf(ledger: VaultId, chain: ChainId): ChainHead {
    return chainHeadOf(this.states(ledger), chain);
  }

  protected followedOf(ledger: VaultId): Set<ChainId> {
    let followed = this.#followed.get(ledger);
    if (followed === undefined) {
      followed = new Set();
      this.#followed.set(ledger, followed);
    }
    return followed;
  }

  async #logOf(ledger: VaultId): Promise<EntryLog> {
    let log = this.#logs.get(ledger);
    if (log === undefined) {
      log = await EntryLog.open(this.by.store, ledger);
      this.#logs.set(ledger, log);
    }
    return log;
  }

  protected addAnchor(ledger: VaultId, vkey: string, edition: number, head: LedgerHead | undefined): void {
    const { engine, api, store } = this.by;
    this.#anchors.set(
      ledger,
      new LedgerAnchor({
        engine,
        ledger,
        vkey,
        edition,
        ...(head === undefined ? {} : { head }),
        fetchConsistency: async (from, to) =>
          (await api.call('getConsistency', { params: { ledger }, query: { from, to } })).hashes,
        save: async (next) => {
          await store.write(`heads/${ledger}`, [next.edition, next.size, next.root]);
        },
      }),
    );
  }

  protected async readHead(ledger: VaultId): Promise<LedgerHead | undefined> {
    const value = await this.by.store.read(`heads/${ledger}`);
    if (value === undefined) return undefined;
    const [edition, size, root] = value as readonly [number, number, Uint8Array];
    return { edition, size, root };
  }
}
