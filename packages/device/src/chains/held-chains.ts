// long: what is held, how it is folded and how it is made durable share their fields; halves of it would hand all of them to each other.
/**
 * What this device holds of the chains: entries that the authority applied, the states they give, and the verified heads of their
 * ledgers. Invariant: an entry that does not fit is never kept, and what was verified stays as it was (attacks A2, A8, F7).
 */
import { AccessError, IntegrityError, officeId } from '@strongroom/core';
import type { PersonId, Positions, RoomId, VaultId } from '@strongroom/core';
import {
  advanceOffice,
  chainHeadOf,
  entryHash,
  findVault,
  ledgerKeysOf,
  vkeyOfEdition,
} from '@strongroom/authority';
import type {
  ChainHead,
  ChainId,
  Entry,
  LedgerKeySpan,
  OfficeState,
  PositionRows,
  States,
  Vault,
  VaultState,
} from '@strongroom/authority';
import { EntryLog } from './entry-log.ts';
import type { CoveredLog, PlacedEntry } from './entry-log.ts';
import { FoldSnapshots, isHeadHeld } from './fold-snapshot.ts';
import type { CoveredLedger, FoldSnapshot } from './fold-snapshot.ts';
import { Fold } from './fold.ts';
import type { Follower } from './follower.ts';
import { HistoryAlarms } from './history-alarms.ts';
import { findOtherChain, headsWith, KeptChains } from './kept-chains.ts';
import type { ChainHeads } from './kept-chains.ts';
import { LedgerAnchor } from './ledger-anchor.ts';
import type { LedgerHead } from './ledger-anchor.ts';
import { headInEdition } from './head-in-edition.ts';
import { SetAside } from './set-aside.ts';
import type { ReceivedEntry } from './set-aside.ts';
import { keepNext, takeNext } from './next-chains.ts';
import { readStoredHead, writeStoredHead } from './stored-head.ts';
import type { StoredHead } from './stored-head.ts';
import { WitnessKeeper } from './witness-keeper.ts';

/** Entries after which a sync writes a snapshot, and after which the end of a session does. */
const snapshotAfter = 512;
const snapshotAtEndAfter = 32;
/** Entries of one's own that are asked for anew if the process dies. */
const unsavedMax = 64;

/** Chains, states and heads as they are held. */
export class HeldChains {
  #anchors = new Map<VaultId, LedgerAnchor>();
  /** Heads are kept in memory alone, until an edition turns out to be the firm's. */
  #isStaged = false;
  #stagedNote = '';
  #logs = new Map<VaultId, EntryLog>();
  /** What was held, while everything is asked for anew beside it. */
  #base: { readonly logs: ReadonlyMap<VaultId, EntryLog>; readonly fold: Fold } | undefined;
  readonly #kept: KeptChains;
  /** Chains asked for, by ledger. */
  readonly #followed = new Map<VaultId, Set<ChainId>>();
  /** Chains that the server still shows to this person, by ledger: a hint, which decides what is asked for and nothing else. */
  protected readonly shown = new Map<VaultId, Set<ChainId>>();
  /** Persons whose chains are asked for, shown or not. */
  #insisted = new Set<ChainId>();
  /** The first warden's public key, from genesis. */
  readonly #genesisWarden: Uint8Array;
  /** The office with entries that heads have not confirmed yet: another warden may have signed those heads. */
  #ahead: OfficeState | undefined;
  readonly #snapshots: FoldSnapshots;
  /** Entries folded since the snapshot that lies on the storage. */
  #sinceSnapshot = 0;
  #changes = 0;
  #officeKey: { readonly vkey: string; readonly edition: number };
  readonly #genesisKey: string;
  protected readonly by: Follower;
  protected fold: Fold;
  /** What is held does not fit to what the warden's heads say of entries: it is used to read, and asked for anew by the next sync. */
  protected isSuspect = false;
  /** What this device saw that it must not have seen. */
  readonly alarms: HistoryAlarms;
  readonly witnessed: WitnessKeeper;

  protected constructor(by: Follower, genesis: Entry) {
    const { body } = genesis;
    if (body.k !== 'firm.created') throw new IntegrityError('GENESIS_MISMATCH');
    this.by = by;
    this.alarms = new HistoryAlarms(by);
    this.witnessed = new WitnessKeeper(by);
    this.fold = new Fold(by.engine);
    this.#snapshots = new FoldSnapshots(by.engine, by.store);
    this.#kept = new KeptChains(by.store);
    this.#genesisWarden = body.warden.sign;
    this.#genesisKey = body.warden.ledger;
    this.#officeKey = { vkey: body.warden.ledger, edition: body.edition };
    this.#followed.set(officeId, new Set<ChainId>(['firm', by.person]));
  }

  /** The public key of the warden in force. */
  get wardenKey(): Uint8Array {
    return (this.#ahead ?? this.office).warden?.sign ?? this.#genesisWarden;
  }

  /** The keys of a ledger's heads; genesis names the first, before anything is folded. */
  #keysOf(ledger: VaultId): readonly LedgerKeySpan[] {
    const keys = ledgerKeysOf(this.by.engine, this.#ahead ?? this.office, ledger);
    return keys.length === 0 && ledger === officeId ? [{ vkey: this.#officeKey.vkey }] : keys;
  }

  /** Grows whenever what is held says something else than before; what the clock changes aside. */
  get changes(): number {
    return this.#changes;
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

  /** When the newest entry of a room of a vault was written, by the server's clock. */
  lastActivityOf(room: RoomId): number | undefined {
    return this.fold.newestOf(room)?.atMs;
  }

  /** The entries held of a ledger, every one in memory. */
  async loadLog(ledger: VaultId): Promise<EntryLog> {
    const log = await this.#logOf(ledger);
    await log.load();
    return log;
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
  protected async receive(ledger: VaultId, aside: SetAside, entries: readonly PlacedEntry[]): Promise<void> {
    const log = await this.#logOf(ledger);
    if (entries.some(({ index }) => !log.isKnowable(index))) await log.load();
    try {
      aside.add(entries);
    } catch (cause) {
      // Either this answer is a lie, or the index under which something was given before.
      if (cause instanceof IntegrityError && cause.code === 'LEDGER_FORKED') this.isSuspect = true;
      throw cause;
    }
  }

  /**
   * Where entries of the office that were given say that another warden is the one, its keys are looked for in them: they are judged,
   * signatures and all, and kept nowhere. What they say of keys holds until `forgetAhead`, for the heads that come with them.
   * @throws IntegrityError CHAIN_INVALID where such a statement is void
   */
  protected async lookAhead(entries: readonly ReceivedEntry[]): Promise<void> {
    if (!entries.some(({ entry }) => entry.body.k === 'warden.promoted')) return;
    this.#ahead = (await this.#foldOffice(entries)).office;
  }

  protected forgetAhead(): void {
    this.#ahead = undefined;
  }

  /** The office as it is held, with more entries; nothing of it is kept. */
  async #foldOffice(fresh: readonly ReceivedEntry[]): Promise<Fold> {
    const fold = new Fold(this.by.engine);
    const log = await this.#logOf(officeId);
    await log.load();
    const added = new Map(fresh.map(({ index, entry }) => [index, entry]));
    for (const index of [...log.indexes(), ...added.keys()].sort((left, right) => left - right)) {
      const entry = added.get(index);
      if (entry === undefined) fold.applyHeld(officeId, index, log.find(index) as Entry);
      else await fold.apply(officeId, index, entry);
    }
    return fold;
  }

  /**
   * Folds entries of which the warden's heads say the same, and keeps them.
   * @throws IntegrityError CHAIN_INVALID, where an index cannot be the entry's
   */
  protected async apply(
    ledger: VaultId,
    entries: readonly ReceivedEntry[],
    { isLazy = false, isOwn = false } = {},
  ): Promise<void> {
    if (entries.length === 0) return;
    const log = await this.#logOf(ledger);
    try {
      for (const { index, entry } of entries) {
        if (!this.fold.isInOrder(ledger, index, entry.body)) {
          await this.#refold(ledger, entries);
          break;
        }
        // What this device signed itself, to the byte, needs no second look at its signature.
        if (isOwn) this.fold.applyHeld(ledger, index, entry);
        else await this.fold.apply(ledger, index, entry);
      }
    } catch (cause) {
      this.isSuspect = true;
      throw cause;
    } finally {
      this.#changes += 1;
    }
    for (const entry of entries) log.add(entry);
    this.#sinceSnapshot += entries.length;
    if (!isLazy || log.unsavedCount >= unsavedMax) await log.save();
  }

  /** Makes logs durable and, after enough entries, the fold itself; reads what was left out when the device was opened. */
  protected async settle({ isAll }: { readonly isAll: boolean }): Promise<void> {
    for (const log of this.#logs.values()) {
      await log.save();
      if (!isAll) await log.load();
    }
    if (this.isSuspect || this.#sinceSnapshot < (isAll ? snapshotAtEndAfter : snapshotAfter)) return;
    const ledgers = new Map<VaultId, CoveredLedger>();
    for (const ledger of this.ledgers()) {
      const covered = await (await this.#logOf(ledger)).compact();
      ledgers.set(ledger, { ...covered, head: this.anchor(ledger).head });
    }
    await this.#snapshots.write(this.fold, ledgers);
    this.#sinceSnapshot = 0;
  }

  /** Folds everything anew: a chain was met whose entries lie before others already folded. */
  async #refold(ledger: VaultId, fresh: readonly ReceivedEntry[]): Promise<void> {
    const fold = new Fold(this.by.engine);
    for (const each of [officeId, ...this.fold.vaults()]) {
      const log = await this.#logOf(each);
      await log.load();
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

  /** Drops the entries that are kept, which do not fold; what was verified of the ledgers stays. */
  async #dropHeld(): Promise<void> {
    await this.#snapshots.drop();
    for (const log of this.#logs.values()) await log.clear();
    for (const name of await this.by.store.list('entries/')) await this.by.store.remove(name);
    this.fold = new Fold(this.by.engine);
    this.#changes += 1;
  }

  /** Begins from nothing, beside what is held, which stays as it is until the new is whole and kept. Answers how to give it up. */
  protected beginBeside(): () => void {
    const [base, logs, fold, isSuspect] = [this.#base, this.#logs, this.fold, this.isSuspect];
    const now = base ?? { logs, fold };
    this.#base = now;
    this.#logs = new Map();
    this.fold = new Fold(this.by.engine);
    this.isSuspect = false;
    this.#changes += 1;
    return () => {
      // What was kept since is what is held.
      if (this.#base !== now) return;
      [this.#base, this.#logs, this.fold, this.isSuspect] = [base, logs, fold, isSuspect];
      this.#changes += 1;
    };
  }

  /** What was asked for anew is what is held from here on, at once or not at all. */
  protected async keepBeside(): Promise<void> {
    if (this.#base === undefined) return;
    await keepNext(this.by.store, { logs: this.#logs });
    await this.#takeNext();
  }

  async #takeNext(): Promise<void> {
    await takeNext(this.by.store, this.#kept);
    await this.#snapshots.drop();
    this.#logs = new Map();
    this.#base = undefined;
    this.#sinceSnapshot = snapshotAfter;
  }

  /** Where the chains that were followed stood at a size, by what is held. */
  async #headsBelow(ledger: VaultId, size: number): Promise<ChainHeads> {
    const { logs, fold } = this.#base ?? { logs: this.#logs, fold: this.fold };
    const log = logs.get(ledger) ?? (await EntryLog.open(this.by.store, ledger));
    await log.load();
    const entries = placedIn(log);
    const hashOf = (bytes: Uint8Array): Uint8Array => entryHash(this.by.engine, bytes);
    const vault = ledger === officeId ? undefined : fold.findVault(ledger);
    const states = vault === undefined ? { office: fold.office } : { office: fold.office, vault };
    const whole = headsWith(this.by.engine, entries, hashOf);
    const below = headsWith(
      this.by.engine,
      entries.filter(({ index }) => index < size),
      hashOf,
    );
    const isWhole = (chain: ChainId): boolean => whole.get(chain)?.n === chainHeadOf(states, chain).n;
    return new Map([...below].filter(([chain]) => this.followedOf(ledger).has(chain) && isWhole(chain)));
  }

  /**
   * Compares an edition of the office, asked for anew, with what is held below the restores since; answers what is left to compare.
   * @throws IntegrityError LEDGER_FORKED
   */
  protected async assertSameBelow(size: number): Promise<ChainHeads> {
    const kept = await this.#headsBelow(officeId, size);
    const asked = new Set(this.chainsOf(officeId));
    this.#assertPasses(
      officeId,
      new Map([...kept].filter(([chain]) => asked.has(chain))),
      placedIn(await this.loadLog(officeId)),
    );
    return new Map([...kept].filter(([chain]) => !asked.has(chain)));
  }

  /**
   * Compares chains that are whole with these entries with what was held of them before a restore; answers what was compared.
   * @throws IntegrityError LEDGER_FORKED
   */
  protected async assertKept(
    ledger: VaultId,
    chains: readonly ChainId[],
    fresh: readonly ReceivedEntry[],
  ): Promise<readonly ChainId[]> {
    const all = await this.#kept.of(ledger);
    const kept = new Map([...all].filter(([chain]) => chains.includes(chain)));
    if (kept.size === 0) return [];
    const entries = [...placedIn(await this.loadLog(ledger)), ...fresh];
    this.#assertPasses(
      ledger,
      kept,
      entries.toSorted((left, right) => left.index - right.index),
    );
    return [...kept.keys()];
  }

  protected async forgetKept(ledger: VaultId, chains: readonly ChainId[]): Promise<void> {
    if (chains.length > 0) await this.#kept.forget(ledger, chains);
  }

  #assertPasses(ledger: VaultId, kept: ChainHeads, entries: readonly ReceivedEntry[]): void {
    const { engine } = this.by;
    const other = findOtherChain(engine, kept, entries, (bytes) => entryHash(engine, bytes));
    if (other === undefined) return;
    const cause = new IntegrityError('LEDGER_FORKED', { ledger, chain: other });
    this.alarms.raiseFor(cause, ledger, this.anchor(ledger).evidence());
    throw cause;
  }

  protected async restore(): Promise<void> {
    await takeNext(this.by.store, this.#kept);
    const head = await readStoredHead(this.by.store, officeId);
    if (head !== undefined) this.#officeKey = this.#officeKeyOf(head.head.edition);
    this.addAnchor(officeId, this.#officeKey.edition, head);
    await this.#readHeld(head?.head);
    for (const ledger of this.ledgers()) await this.witnessed.restore(ledger);
  }

  async #readHeld(head: LedgerHead | undefined): Promise<void> {
    if (await this.#takeUpSnapshot(head)) return;
    try {
      await this.#foldHeld(head);
    } catch (cause) {
      // What is held was cut short, or came with an index that is not its own: it is asked for anew.
      if (!(cause instanceof IntegrityError) || cause.code !== 'CHAIN_INVALID') throw cause;
      await this.#dropHeld();
    }
  }

  /** Begins from the snapshot, and folds what came after it. Answers false where it does not fit: then everything is folded. */
  async #takeUpSnapshot(head: LedgerHead | undefined): Promise<boolean> {
    const snapshot = await this.#snapshots.read();
    if (snapshot === undefined) return false;
    try {
      if (!(await this.#doesFit(snapshot))) throw new IntegrityError('STATE_INVALID');
      this.fold = snapshot.fold;
      await this.#foldHeld(head, snapshot.ledgers);
      return true;
    } catch (cause) {
      if (!(cause instanceof IntegrityError)) throw cause;
      this.fold = new Fold(this.by.engine);
      this.#logs.clear();
      this.#sinceSnapshot = 0;
      return false;
    }
  }

  async #doesFit({ ledgers, fold }: FoldSnapshot): Promise<boolean> {
    for (const ledger of [officeId, ...fold.vaults()]) {
      const covered = ledgers.get(ledger);
      if (
        covered === undefined ||
        !isHeadHeld(covered.head, (await readStoredHead(this.by.store, ledger))?.head)
      )
        return false;
    }
    return true;
  }

  async #foldHeld(
    head: LedgerHead | undefined,
    covered: ReadonlyMap<VaultId, CoveredLog> = new Map(),
  ): Promise<void> {
    const office = await this.#logOf(officeId, covered.get(officeId));
    this.#foldLog(office);
    await office.load();
    if (head !== undefined) advanceOffice(this.office, head.size);
    for (const { id, heads } of this.office.persons.values())
      if (heads.length > 0) this.followedOf(officeId).add(id);
    for (const { id, chain } of this.office.own.rooms.values())
      if (chain.n > 0) this.followedOf(officeId).add(id);
    for (const vault of this.office.vaults.values()) {
      const log = await this.#logOf(vault.id, covered.get(vault.id));
      if (log.size === 0) continue;
      this.addAnchor(vault.id, vault.edition, await this.readVaultHead(vault));
      this.fold.addVault(vault.id);
      this.#foldLog(log);
      for (const room of this.rooms(vault.id).rooms.keys()) this.followedOf(vault.id).add(room);
    }
  }

  /** Folds the entries in memory: all, or those after a snapshot. @throws IntegrityError CHAIN_INVALID */
  #foldLog(log: EntryLog): void {
    const indexes = log.indexes();
    for (const index of indexes) {
      const entry = log.find(index) as Entry;
      if (!this.fold.isInOrder(log.ledger, index, entry.body))
        throw new IntegrityError('CHAIN_INVALID', { ledger: log.ledger, index, reason: 'order' });
      this.fold.applyHeld(log.ledger, index, entry);
    }
    this.#sinceSnapshot += indexes.length;
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

  async #logOf(ledger: VaultId, covered?: CoveredLog): Promise<EntryLog> {
    let log = this.#logs.get(ledger);
    if (log === undefined) {
      log =
        this.#base === undefined
          ? await EntryLog.open(this.by.store, ledger, covered)
          : EntryLog.beside(this.by.store, ledger);
      this.#logs.set(ledger, log);
    }
    return log;
  }

  /** Asks whether another warden is the one. */
  protected async renewKeys(): Promise<void> {
    await Promise.resolve();
  }

  protected addAnchor(ledger: VaultId, edition: number, held: StoredHead | undefined): void {
    const { engine, api, store } = this.by;
    this.#anchors.set(
      ledger,
      new LedgerAnchor({
        engine,
        ledger,
        readKeys: () => this.#keysOf(ledger),
        renewKeys: async () => await this.renewKeys(),
        edition,
        ...held,
        fetchConsistency: async (from, to) =>
          (await api.call('getConsistency', { params: { ledger }, query: { from, to } })).hashes,
        save: async (next, note) => {
          if (this.#isStaged) this.#stagedNote = note;
          else await writeStoredHead(store, ledger, next, note);
        },
        alarm: (cause, evidence) => this.alarms.raiseFor(cause, ledger, evidence),
      }),
    );
  }

  /** Begins an edition of the office, from nothing: until `keepEdition` nothing of it is kept. Answers how to give it up. */
  protected stageEdition(edition: number): () => void {
    const [anchors, key] = [this.#anchors, this.#officeKey];
    this.#anchors = new Map();
    this.#isStaged = true;
    this.#officeKey = this.#officeKeyOf(edition);
    this.addAnchor(officeId, edition, undefined);
    return () => {
      [this.#anchors, this.#officeKey] = [anchors, key];
      this.#isStaged = false;
    };
  }

  /** The edition that was begun is the firm's: it takes the place of what is held, at once or not at all. */
  protected async keepEdition(left: ChainHeads): Promise<void> {
    const kept = new Map<VaultId, ChainHeads>([[officeId, left]]);
    for (const vault of this.#base?.fold.vaults() ?? []) {
      const stored = await readStoredHead(this.by.store, vault);
      const since = findVault(this.office, vault)?.restores?.filter(
        ({ edition }) => edition > (stored?.head.edition ?? 0),
      );
      if (since !== undefined && since.length > 0)
        kept.set(vault, await this.#headsBelow(vault, Math.min(...since.map(({ size }) => size))));
    }
    const { head } = this.anchor(officeId);
    await keepNext(this.by.store, { logs: this.#logs, edition: { head, note: this.#stagedNote, kept } });
    this.#isStaged = false;
    await this.witnessed.forgetEdition();
    await this.#takeNext();
  }

  /** The office's key in an edition: the genesis names it under the first. */
  #officeKeyOf(edition: number): { readonly vkey: string; readonly edition: number } {
    return { vkey: vkeyOfEdition(this.by.engine, this.#genesisKey, edition), edition };
  }

  protected async readVaultHead(vault: Vault): Promise<StoredHead | undefined> {
    const stored = await readStoredHead(this.by.store, vault.id);
    const head = headInEdition(stored?.head, vault);
    if (head === undefined) return undefined;
    return { head, note: head === stored?.head ? stored.note : undefined };
  }
}

/** The entries of a log that is in memory, by index. */
function placedIn(log: EntryLog): ReceivedEntry[] {
  return log.indexes().flatMap((index) => {
    const entry = log.find(index);
    return entry === undefined ? [] : [{ index, bytes: entry.bytes, entry }];
  });
}
