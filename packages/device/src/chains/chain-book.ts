/**
 * The chains this device follows: the firm's, the persons' it meets, its rooms'. Everything that says who may comes from here and
 * from nowhere else. Entries are judged by the authority as server and warden judge them; the warden's signed heads tell
 * whether one was left out. Invariant: an entry that does not fit is never kept, and what was verified stays as it was
 * (attacks A1, A2, A6, A8, E2, F1, F2, F7). Spec: docs/spec/statements.md.
 */
import {
  AccessError,
  compareBytes,
  ConflictError,
  IntegrityError,
  officeId,
  StrongroomError,
} from '@strongroom/core';
import type { DeviceId, Engine, PersonId, Positions, RoomId, VaultId } from '@strongroom/core';
import {
  advanceOffice,
  chainHeadOf,
  decodeEntry,
  entryHash,
  findVault,
  signBody,
} from '@strongroom/authority';
import type {
  ChainId,
  ChainPlace,
  DeviceBody,
  Entry,
  Heads,
  OfficeState,
  PositionRows,
  States,
  VaultState,
} from '@strongroom/authority';
import type { Api, OutputOf } from '../api/index.ts';
import type { Receipt } from '@strongroom/protocol';
import type { Clock } from '../environment/index.ts';
import type { SealedStore } from '../storage/sealed-store.ts';
import { EntryLog } from './entry-log.ts';
import type { PlacedEntry } from './entry-log.ts';
import { Fold } from './fold.ts';
import { compareChain, HeadsKeeper } from './heads-keeper.ts';
import { LedgerAnchor } from './ledger-anchor.ts';
import type { LedgerHead, VerifiedReceipt } from './ledger-anchor.ts';

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
  readonly signer: { readonly id: DeviceId; readonly seed: Uint8Array };
}

/** What every signed body of a chain begins with. */
export interface BodyStart<C extends ChainId> {
  readonly l: VaultId;
  readonly d: DeviceId;
  readonly t: number;
  readonly pos: PositionRows;
  readonly c: ChainPlace<C>;
}

/** An entry that was appended, with its proof. */
export interface Appended extends VerifiedReceipt {
  readonly ledger: VaultId;
  readonly decoded: Entry;
}

/** What is to be appended to a chain. */
export interface AppendOptions<C extends ChainId> {
  readonly ledger: VaultId;
  readonly chain: C;
  /** Called again with another start if somebody else took the number. Must not wait for the book. */
  readonly makeBody: (start: BodyStart<C>) => DeviceBody | Promise<DeviceBody>;
  readonly attachments?: readonly Uint8Array[];
  readonly send?: (signed: SentBody, known: { office: number; vault?: number }) => Promise<ReceivedReceipt>;
}

/** Signed bytes as they are sent. */
export interface SentBody {
  readonly body: Uint8Array;
  readonly sigs: [string, Uint8Array][];
}

/** What comes back. */
export interface ReceivedReceipt {
  readonly receipt: Receipt;
  readonly heads: Uint8Array;
}

const roundsMax = 64;
const catchUpMax = 5;
const attemptsMax = 4;

export class ChainBook {
  readonly #by: Follower;
  readonly #heads: HeadsKeeper;
  readonly #anchors = new Map<VaultId, LedgerAnchor>();
  readonly #logs = new Map<VaultId, EntryLog>();
  /** Chains asked for, by ledger. */
  readonly #followed = new Map<VaultId, Set<ChainId>>();
  /** Chains that the server still shows to this person, by ledger: a hint, which decides what is asked for and nothing else. */
  readonly #shown = new Map<VaultId, Set<ChainId>>();
  readonly #wardenKey: Uint8Array;
  readonly #officeKey: { readonly vkey: string; readonly edition: number };
  #fold: Fold;
  #queue: Promise<unknown> = Promise.resolve();

  private constructor(by: Follower, genesis: Entry) {
    this.#by = by;
    this.#heads = new HeadsKeeper(by.engine, by.clock);
    this.#fold = new Fold(by.engine);
    const { body } = genesis;
    if (body.k !== 'firm.created') throw new IntegrityError('GENESIS_MISMATCH');
    this.#wardenKey = body.warden.sign;
    this.#officeKey = { vkey: body.warden.ledger, edition: body.edition };
    this.#followed.set(officeId, new Set<ChainId>(['firm', by.person]));
  }

  /** Opens what is stored and folds it. @throws IntegrityError GENESIS_MISMATCH, STATE_INVALID, CHAIN_INVALID */
  static async open(by: Follower): Promise<ChainBook> {
    if (compareBytes(entryHash(by.engine, by.genesis), by.root) !== 0)
      throw new IntegrityError('GENESIS_MISMATCH');
    const book = new ChainBook(by, decodeEntry(by.genesis));
    await book.#restore();
    return book;
  }

  get office(): OfficeState {
    return this.#fold.office;
  }

  get wardenKey(): Uint8Array {
    return this.#wardenKey;
  }

  /** The rooms of a ledger. @throws AccessError NOT_A_MEMBER for a vault this device follows nothing of */
  rooms(ledger: VaultId): VaultState {
    const state = ledger === officeId ? this.office.own : this.#fold.findVault(ledger);
    if (state === undefined) throw new AccessError('NOT_A_MEMBER');
    return state;
  }

  states(ledger: VaultId): States {
    return ledger === officeId ? { office: this.office } : { office: this.office, vault: this.rooms(ledger) };
  }

  /** The ledgers whose chains this device follows, the office first. */
  ledgers(): VaultId[] {
    return [officeId, ...this.#fold.vaults()];
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
    return { at: Number.MAX_SAFE_INTEGER, atMs: Math.max(this.#by.clock.nowMs(), this.rooms(ledger).atMs) };
  }

  /** Whether office and room were seen whole within ten minutes. */
  isFresh(ledger: VaultId, room?: RoomId): boolean {
    return this.#heads.isFresh(officeId, 'firm') && (room === undefined || this.#heads.isFresh(ledger, room));
  }

  /** @throws AccessError HEADS_STALE */
  assertFresh(ledger: VaultId, room?: RoomId): void {
    if (!this.isFresh(ledger, room)) throw new AccessError('HEADS_STALE', { ledger });
  }

  /** Brings everything up to date. Answers how many entries were new. */
  async sync(): Promise<number> {
    return await this.#enqueue(async () => await this.#syncAll());
  }

  /** Brings one ledger, and the office, up to date. */
  async syncLedger(ledger: VaultId): Promise<number> {
    return await this.#enqueue(async () => {
      let applied = await this.#syncOffice();
      if (ledger !== officeId) applied += await this.#syncVault(ledger);
      return applied;
    });
  }

  /** Follows a room that this device itself makes. */
  followRoom(ledger: VaultId, room: RoomId): void {
    this.#followedOf(ledger).add(room);
    this.#shown.get(ledger)?.add(room);
  }

  /** Takes heads that came with another answer. */
  async acceptHeads(ledger: VaultId, bytes: Uint8Array): Promise<void> {
    const heads = await this.#verifyHeads(ledger, bytes);
    for (const chain of this.#chainsOf(ledger)) {
      if (compareChain(heads, chain, chainHeadOf(this.states(ledger), chain)) === 'same')
        this.#heads.markWhole(heads, chain);
    }
  }

  /**
   * Signs a body at the head of a chain and appends it; takes the next number and signs anew if somebody was first.
   * `send` hands the signed bytes in (by default as a statement) and answers the receipt.
   * @throws ConflictError CHAIN_CONFLICT after several tries; the server's refusals
   */
  async append<C extends ChainId>(options: AppendOptions<C>): Promise<Appended> {
    return await this.#enqueue(async () => await this.#append(options));
  }

  async #append<C extends ChainId>(options: AppendOptions<C>): Promise<Appended> {
    const { ledger, chain } = options;
    for (let attempt = 1; ; attempt++) {
      await this.#syncOffice();
      if (ledger !== officeId) await this.#syncVault(ledger);
      this.assertFresh(
        ledger,
        chain.startsWith('rom_') && this.#heldOf(ledger, chain).n > 0 ? (chain as RoomId) : undefined,
      );
      const held = this.#heldOf(ledger, chain);
      const signed = await signBody(this.#by.engine, {
        body: await options.makeBody({
          l: ledger,
          d: this.#by.signer.id,
          t: this.#by.clock.nowMs(),
          pos: this.positions(ledger),
          c: [chain, held.n, held.head],
        }),
        signers: [this.#by.signer],
      });
      const body = {
        body: signed.body,
        sigs: signed.sigs.map(([id, signature]): [string, Uint8Array] => [id, signature]),
      };
      const known = this.known(ledger);
      const send =
        options.send ??
        (async () =>
          await this.#by.api.call('submitEntry', {
            params: { ledger },
            body: { ...body, attachments: [...(options.attachments ?? [])], known },
          }));
      let answer;
      try {
        answer = await send(body, known);
      } catch (cause) {
        const isRace = cause instanceof ConflictError && cause.code === 'CHAIN_CONFLICT';
        if (!isRace || attempt >= attemptsMax) throw cause;
        continue;
      }
      return await this.#confirm(ledger, signed.body, answer);
    }
  }

  /** Checks that what was signed is what lies in the ledger, and catches up with it. */
  async #confirm(ledger: VaultId, body: Uint8Array, answer: ReceivedReceipt): Promise<Appended> {
    const decoded = decodeReceived(answer.receipt.entry);
    if (compareBytes(decoded.bodyBytes, body) !== 0)
      throw new IntegrityError('RECEIPT_INVALID', { reason: 'body' });
    const receipt = await this.anchor(ledger).verifyReceipt(answer.receipt);
    await this.#syncOffice();
    if (ledger !== officeId) await this.#syncVault(ledger);
    return { ...receipt, ledger, decoded };
  }

  async #syncAll(): Promise<number> {
    let applied = await this.#syncOffice();
    const { vaults } = await this.#by.api.call('listVaults');
    for (const vault of this.#fold.vaults()) this.#shown.set(vault, new Set());
    for (const { vault, rooms } of vaults) {
      // Only a statement makes a vault; the server's word alone is no reason to follow one.
      if (vault === officeId || findVault(this.office, vault) === undefined) continue;
      this.#shown.set(vault, new Set(rooms));
      for (const room of rooms) this.#followedOf(vault).add(room);
      applied += await this.#syncVault(vault);
    }
    return applied;
  }

  async #syncOffice(): Promise<number> {
    let applied = 0;
    for (let round = 0; round < catchUpMax; round++) {
      const pulled = await this.#pull(officeId);
      applied += pulled.applied;
      const isMore = this.#show(officeId, [...pulled.persons, ...pulled.rooms]);
      advanceOffice(this.office, pulled.heads.size);
      if (!isMore) return applied;
    }
    return applied;
  }

  async #syncVault(vault: VaultId): Promise<number> {
    const known = findVault(this.office, vault);
    if (known === undefined) throw new AccessError('NOT_A_MEMBER');
    if (!this.#anchors.has(vault))
      this.#addAnchor(vault, known.vkey, known.edition, await this.#readHead(vault));
    this.#fold.addVault(vault);
    let applied = 0;
    for (let round = 0; round < catchUpMax; round++) {
      const pulled = await this.#pull(vault);
      applied += pulled.applied;
      if (!this.#show(vault, pulled.rooms)) return applied;
    }
    return applied;
  }

  /** Takes the hint of what may be asked for; answers whether that is more than was asked for now. */
  #show(ledger: VaultId, chains: readonly ChainId[]): boolean {
    const asked = new Set(this.#chainsOf(ledger));
    const followed = this.#followedOf(ledger);
    for (const chain of chains) followed.add(chain);
    this.#shown.set(ledger, new Set(chains));
    return this.#chainsOf(ledger).some((chain) => !asked.has(chain));
  }

  /** Chains to ask for: those the server shows us. A chain that it no longer shows is kept, and grows stale. */
  #chainsOf(ledger: VaultId): ChainId[] {
    const shown = this.#shown.get(ledger);
    return [...this.#followedOf(ledger)].filter(
      (chain) => chain === 'firm' || chain === this.#by.person || shown === undefined || shown.has(chain),
    );
  }

  async #pull(ledger: VaultId): Promise<{
    readonly applied: number;
    readonly heads: Heads;
    readonly rooms: readonly RoomId[];
    readonly persons: readonly PersonId[];
  }> {
    let applied = 0;
    let behind = 0;
    for (let round = 0; round < roundsMax; round++) {
      const chains = this.#chainsOf(ledger);
      let answer;
      try {
        answer = await this.#by.api.call('sync', {
          body: {
            ledger,
            chains: chains.map((chain): [string, number] => [chain, this.#heldOf(ledger, chain).n]),
            known: this.known(ledger),
          },
        });
      } catch (cause) {
        // A room or a person is no longer ours to read: ask for what always is, and see what is shown with it.
        const isLess = chains.some((chain) => chain !== 'firm' && chain !== this.#by.person);
        if (!(cause instanceof AccessError) || cause.code !== 'ACCESS_DENIED' || !isLess) throw cause;
        this.#shown.set(ledger, new Set());
        continue;
      }
      if (ledger !== officeId) await this.#meetPersons(answer);
      applied += await this.#apply(
        ledger,
        answer.entries.map(({ index, entry }) => ({ index, bytes: entry })),
      );
      if (!answer.isComplete) continue;
      await this.anchor(ledger).acceptNewest(answer.checkpoint, answer.consistency);
      const heads = await this.#verifyHeads(ledger, answer.heads);
      if (this.#compareAll(ledger, chains, heads)) {
        return { applied, heads, rooms: answer.rooms, persons: answer.persons };
      }
      behind += 1;
      if (behind >= catchUpMax) throw new IntegrityError('CHAIN_INVALID', { ledger, reason: 'withheld' });
      await this.#by.clock.sleep(20 * behind);
    }
    throw new IntegrityError('CHAIN_INVALID', { ledger, reason: 'endless' });
  }

  /** Whether every chain is exactly where the warden says. */
  #compareAll(ledger: VaultId, chains: readonly ChainId[], heads: Heads): boolean {
    let isWhole = true;
    for (const chain of chains) {
      if (compareChain(heads, chain, this.#heldOf(ledger, chain)) === 'same')
        this.#heads.markWhole(heads, chain);
      else isWhole = false;
    }
    return isWhole;
  }

  /** Room entries rest on the persons who sign them and on the office as far as they cite it. */
  async #meetPersons(answer: OutputOf<'sync'>): Promise<void> {
    const followed = this.#followedOf(officeId);
    const strangers = answer.persons.filter((person) => !followed.has(person));
    for (const person of strangers) {
      followed.add(person);
      this.#shown.get(officeId)?.add(person);
    }
    let officeSize = 0;
    for (const { entry } of answer.entries)
      officeSize = Math.max(officeSize, decodeReceived(entry).officeSize ?? 0);
    if (strangers.length > 0 || officeSize > this.office.size) await this.#syncOffice();
  }

  async #apply(ledger: VaultId, entries: readonly PlacedEntry[]): Promise<number> {
    const log = await this.#logOf(ledger);
    const fresh = entries.filter((entry) => !log.has(entry)).sort((left, right) => left.index - right.index);
    const [first] = fresh;
    if (first === undefined) return 0;
    if (first.index < this.#fold.sizeOf(ledger)) {
      await this.#refold(ledger, fresh);
    } else {
      for (const entry of fresh) {
        await this.#fold.apply(ledger, entry.index, decodeReceived(entry.bytes));
        log.add(entry);
      }
    }
    await log.save();
    return fresh.length;
  }

  /** Folds everything anew: a chain was met whose entries lie before others already folded. */
  async #refold(ledger: VaultId, fresh: readonly PlacedEntry[]): Promise<void> {
    const officeSize = this.office.size;
    const fold = new Fold(this.#by.engine);
    for (const each of [officeId, ...this.#fold.vaults()]) {
      const log = await this.#logOf(each);
      const all = log.indexes().map((index) => ({ index, entry: log.find(index) as Entry }));
      if (each === ledger)
        all.push(...fresh.map(({ index, bytes }) => ({ index, entry: decodeReceived(bytes) })));
      if (each !== officeId) fold.addVault(each);
      for (const { index, entry } of all.sort((left, right) => left.index - right.index))
        await fold.apply(each, index, entry);
      if (each === officeId) advanceOffice(fold.office, officeSize);
    }
    const log = await this.#logOf(ledger);
    for (const entry of fresh) log.add(entry);
    this.#fold = fold;
  }

  async #restore(): Promise<void> {
    const head = await this.#readHead(officeId);
    this.#addAnchor(officeId, this.#officeKey.vkey, this.#officeKey.edition, head);
    const office = await this.#logOf(officeId);
    for (const index of office.indexes())
      await this.#fold.apply(officeId, index, office.find(index) as Entry);
    if (head !== undefined) advanceOffice(this.office, head.size);
    for (const { id, heads } of this.office.persons.values())
      if (heads.length > 0) this.#followedOf(officeId).add(id);
    for (const { id, chain } of this.office.own.rooms.values())
      if (chain.n > 0) this.#followedOf(officeId).add(id);
    for (const vault of this.office.vaults.values()) {
      const log = await this.#logOf(vault.id);
      if (log.size === 0) continue;
      this.#addAnchor(vault.id, vault.vkey, vault.edition, await this.#readHead(vault.id));
      this.#fold.addVault(vault.id);
      for (const index of log.indexes()) await this.#fold.apply(vault.id, index, log.find(index) as Entry);
      for (const room of this.rooms(vault.id).rooms.keys()) this.#followedOf(vault.id).add(room);
    }
  }

  #heldOf(ledger: VaultId, chain: ChainId): ReturnType<typeof chainHeadOf> {
    return chainHeadOf(this.states(ledger), chain);
  }

  #followedOf(ledger: VaultId): Set<ChainId> {
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
      log = await EntryLog.open(this.#by.store, ledger);
      this.#logs.set(ledger, log);
    }
    return log;
  }

  #addAnchor(ledger: VaultId, vkey: string, edition: number, head: LedgerHead | undefined): void {
    const { engine, api, store } = this.#by;
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

  async #readHead(ledger: VaultId): Promise<LedgerHead | undefined> {
    const value = await this.#by.store.read(`heads/${ledger}`);
    if (value === undefined) return undefined;
    const [edition, size, root] = value as readonly [number, number, Uint8Array];
    return { edition, size, root };
  }

  async #verifyHeads(ledger: VaultId, bytes: Uint8Array): Promise<Heads> {
    return await this.#heads.accept(bytes, {
      wardenKey: this.#wardenKey,
      anchor: this.anchor(ledger),
      office: this.anchor(officeId),
    });
  }

  async #enqueue<T>(task: () => Promise<T>): Promise<T> {
    const run = this.#queue.then(task, task);
    this.#queue = run.catch(() => undefined);
    return await run;
  }
}

function decodeReceived(bytes: Uint8Array): Entry {
  try {
    return decodeEntry(bytes);
  } catch (cause) {
    if (cause instanceof StrongroomError)
      throw new IntegrityError('CHAIN_INVALID', { reason: 'form' }, { cause });
    throw cause;
  }
}
