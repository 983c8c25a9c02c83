// long: appending, syncing and healing share one queue, and what each may see of the others' work is the invariant.
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
  DependencyError,
  IntegrityError,
  officeId,
  StrongroomError,
} from '@strongroom/core';
import type { DeviceId, PersonId, RoomId, UnlockId, VaultId } from '@strongroom/core';
import {
  advanceOffice,
  decodeEntry,
  editionOfOrigin,
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
} from '@strongroom/authority';
import { verifyConsistency } from '@strongroom/ledger';
import { limits } from '@strongroom/protocol';
import type { Receipt } from '@strongroom/protocol';
import type { OutputOf } from '../api/index.ts';
import { compareChain, HeadsKeeper } from './heads-keeper.ts';
import type { Follower } from './follower.ts';
import { HeldChains } from './held-chains.ts';
import type { ChainHeads } from './kept-chains.ts';
import type { LedgerHead, VerifiedReceipt } from './ledger-anchor.ts';
import { decodeReceived } from './set-aside.ts';
import type { SetAside } from './set-aside.ts';

/** What every signed body of a chain begins with. */
export interface BodyStart<C extends ChainId> {
  readonly l: VaultId;
  readonly d: DeviceId | UnlockId;
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
  /** A statement about the witnesses themselves: it is made also while they are missing. */
  readonly isAboutWitnesses?: boolean;
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

/** What one pull of some chains brought. */
interface Pulled {
  readonly applied: number;
  readonly heads: Heads;
  readonly rooms: readonly RoomId[];
  readonly persons: readonly PersonId[];
}

/** Chains that were asked for in one call, and the heads that say where they stand. */
interface Slice {
  readonly chains: readonly ChainId[];
  readonly heads: Heads;
  readonly answer: OutputOf<'sync'>;
}

/** A sync of everything. */
interface WholeSync {
  readonly run: Promise<number>;
  endedAtMs?: number;
}

export class ChainBook extends HeldChains {
  readonly #heads: HeadsKeeper;
  #queue: Promise<unknown> = Promise.resolve();
  /** Appends to one chain wait for each other; those to others do not. */
  readonly #appending = new Map<ChainId, Promise<unknown>>();
  #demand: (office: OfficeState) => void = () => undefined;
  #lastSync: WholeSync | undefined;
  /** Entries that came since somebody was told how many; one's own are no news. */
  #newsCount = 0;
  #isFollowing = false;

  private constructor(by: Follower, genesis: Entry) {
    super(by, genesis);
    this.#heads = new HeadsKeeper(by.engine, by.clock);
  }

  /** Opens what is stored and folds it. @throws IntegrityError GENESIS_MISMATCH, STATE_INVALID, CHAIN_INVALID */
  static async open(by: Follower): Promise<ChainBook> {
    if (compareBytes(entryHash(by.engine, by.genesis), by.root) !== 0)
      throw new IntegrityError('GENESIS_MISMATCH');
    const book = new ChainBook(by, decodeEntry(by.genesis));
    await book.restore();
    return book;
  }

  /** Demands something of the office: asked at once, after every sync of it, and before anything is signed or asked for under it. */
  demand(check: (office: OfficeState) => void): void {
    this.#demand = check;
    check(this.office);
  }

  /** Whether office and room were seen whole within ten minutes. */
  isFresh(ledger: VaultId, room?: RoomId): boolean {
    return this.#heads.isFresh(officeId, 'firm') && (room === undefined || this.#heads.isFresh(ledger, room));
  }

  /** The warden's time at which the firm's chain was seen whole last. */
  get firmSeenAtMs(): number | undefined {
    return this.#heads.findSeenAtMs(officeId, 'firm');
  }

  /** @throws AccessError HEADS_STALE, and what the demand throws */
  assertSeen(ledger: VaultId, room?: RoomId): void {
    this.#demand(this.office);
    if (!this.isFresh(ledger, room)) throw new AccessError('HEADS_STALE', { ledger });
  }

  /** Before anything is signed. @throws AccessError HEADS_STALE, WITNESS_MISSING, and what the demand throws */
  assertFresh(ledger: VaultId, room?: RoomId): void {
    this.assertSeen(ledger, room);
    for (const each of [officeId, ledger]) this.#assertWitnessed(each);
  }

  /** Heads that the firm's witnesses do not countersign for longer than the firm said are those of nobody but the operator. */
  #assertWitnessed(ledger: VaultId): void {
    if (this.witnessed.isMissing(ledger, this.office))
      this.alarms.raise(ledger, 'unwitnessed', this.anchor(ledger).evidence());
    this.witnessed.assertThere(ledger, this.office);
  }

  /**
   * Before a key is boxed to a person: his own chain says which of his generations is in force (attack F2).
   * @throws AccessError HEADS_STALE if it was not seen whole within ten minutes
   */
  assertPersonFresh(person: PersonId): void {
    if (!this.#heads.isFresh(officeId, person)) throw new AccessError('HEADS_STALE', { person });
  }

  /**
   * Brings everything up to date. Answers how many entries were new. With `recentMs` a sync under way is waited for, and one that ended
   * within that time is good enough.
   */
  async sync({ recentMs = 0 }: { readonly recentMs?: number | undefined } = {}): Promise<number> {
    const last = this.isSuspect || recentMs === 0 ? undefined : this.#lastSync;
    if (last !== undefined) {
      if (last.endedAtMs === undefined) return await last.run;
      const agoMs = this.by.clock.nowMs() - last.endedAtMs;
      if (agoMs >= 0 && agoMs <= recentMs) return 0;
    }
    const run = this.#enqueue(async () => {
      const applied = await this.#healed(async () => await this.#syncAll());
      await this.settle({ isAll: false });
      return applied;
    });
    const sync: WholeSync = { run };
    this.#lastSync = sync;
    try {
      const applied = await run;
      sync.endedAtMs = this.by.clock.nowMs();
      return applied;
    } catch (cause) {
      if (this.#lastSync === sync) this.#lastSync = undefined;
      throw cause;
    }
  }

  /** How many entries of others came since this was asked last, whatever call they came with. */
  takeNewsCount(): number {
    const count = this.#newsCount;
    this.#newsCount = 0;
    return count;
  }

  /** Makes durable what was learnt, so that the next unlock begins from here. */
  async keep(): Promise<void> {
    await this.#enqueue(async () => await this.settle({ isAll: true }));
  }

  /** Brings one ledger, and the office, up to date. */
  async syncLedger(ledger: VaultId): Promise<number> {
    return await this.#enqueue(async () => {
      const applied = await this.#healed(async () => await this.#catchUp(ledger));
      await this.settle({ isAll: false });
      return applied;
    });
  }

  /**
   * The same before keys are boxed to persons: their own chains are asked for too, whether or not the server shows them. `readPersons`
   * is asked once the room is up to date. What was seen whole within `recentMs` is not asked for again (default 0: everything is).
   * @throws AccessError HEADS_STALE if one of them, or the room, is not seen whole
   */
  async syncRecipients(
    ledger: VaultId,
    room: RoomId,
    readPersons: () => readonly PersonId[],
    recentMs = 0,
  ): Promise<void> {
    const isRecent = (of: VaultId, chain: ChainId): boolean =>
      recentMs > 0 && this.#heads.isFresh(of, chain, recentMs);
    const areRecent =
      isRecent(officeId, 'firm') &&
      isRecent(ledger, room) &&
      readPersons().every((person) => isRecent(officeId, person));
    if (!areRecent) {
      await this.#enqueue(async () => await this.#healed(async () => await this.#catchUpRoom(ledger, room)));
      const insisted = readPersons();
      await this.#enqueue(async () => {
        this.insist(insisted);
        try {
          await this.#syncOffice();
        } finally {
          this.insist([]);
        }
      });
    }
    const persons = readPersons();
    this.assertFresh(ledger, room);
    for (const person of persons) this.assertPersonFresh(person);
  }

  /** Takes heads that came with another answer. */
  async acceptHeads(ledger: VaultId, bytes: Uint8Array): Promise<void> {
    const heads = await this.#verifyHeads(ledger, bytes);
    for (const chain of Object.keys(heads.chains) as ChainId[]) {
      if (compareChain(heads, chain, this.heldOf(ledger, chain)) === 'same')
        this.#heads.markWhole(heads, chain);
    }
  }

  /**
   * Signs a body at the head of a chain and appends it; takes the next number and signs anew if somebody was first.
   * `send` hands the signed bytes in (by default as a statement) and answers the receipt.
   * @throws ConflictError CHAIN_CONFLICT after several tries; the server's refusals
   */
  async append<C extends ChainId>(options: AppendOptions<C>): Promise<Appended> {
    const before = this.#appending.get(options.chain) ?? Promise.resolve();
    const append = async (): Promise<Appended> => await this.#append(options);
    const run = before.then(append, append);
    const settled = run.catch(() => undefined);
    this.#appending.set(options.chain, settled);
    try {
      return await run;
    } finally {
      if (this.#appending.get(options.chain) === settled) this.#appending.delete(options.chain);
    }
  }

  async #append<C extends ChainId>(options: AppendOptions<C>): Promise<Appended> {
    const { ledger, chain } = options;
    for (let attempt = 1; ; attempt++) {
      await this.#enqueue(
        async () =>
          await this.#prepare(ledger, chain, {
            isAgain: attempt > 1,
            isAboutWitnesses: options.isAboutWitnesses === true,
          }),
      );
      const held = this.heldOf(ledger, chain);
      const signed = await signBody(this.by.engine, {
        body: await options.makeBody({
          l: ledger,
          d: this.by.signer.id,
          t: this.by.clock.nowMs(),
          pos: this.positions(ledger),
          c: [chain, held.n, held.head],
        }),
        signers: [this.by.signer],
      });
      const body = {
        body: signed.body,
        sigs: signed.sigs.map(([id, signature]): [string, Uint8Array] => [id, signature]),
      };
      const known = this.known(ledger);
      const send =
        options.send ??
        (async () =>
          await this.by.api.call('submitEntry', {
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
      return await this.#confirm(ledger, chain, body, answer);
    }
  }

  /** While what is held is fresh, the number in the chain tells whether somebody was first. @throws AccessError HEADS_STALE */
  async #prepare(
    ledger: VaultId,
    chain: ChainId,
    { isAgain, isAboutWitnesses }: { readonly isAgain: boolean; readonly isAboutWitnesses: boolean },
  ): Promise<void> {
    if (this.isSuspect) await this.#renew();
    const isBegun = chain.startsWith('rom_') && this.heldOf(ledger, chain).n > 0;
    const room = isBegun ? (chain as RoomId) : undefined;
    if (isAgain || !this.isFresh(ledger, room)) {
      if (ledger === officeId || room === undefined) await this.#catchUp(ledger);
      else await this.#catchUpRoom(ledger, room);
    }
    if (isAboutWitnesses) this.assertSeen(ledger, room);
    else this.assertFresh(ledger, room);
  }

  /** Checks that what was signed is what lies in the ledger, and takes it up: from its own answer where that says enough. */
  async #confirm(
    ledger: VaultId,
    chain: ChainId,
    sent: SentBody,
    answer: ReceivedReceipt,
  ): Promise<Appended> {
    const decoded = decodeReceived(answer.receipt.entry);
    if (compareBytes(decoded.bodyBytes, sent.body) !== 0)
      throw new IntegrityError('RECEIPT_INVALID', { reason: 'body' });
    const receipt = await this.anchor(ledger).verifyReceipt(answer.receipt);
    await this.#enqueue(async () => {
      const newsBefore = this.#newsCount;
      if (ledger === officeId) await this.#syncOffice();
      else if (
        !(await this.#takeOwn(ledger, chain as RoomId, receipt, { decoded, sent, heads: answer.heads }))
      )
        await this.#catchUpRoom(ledger, chain as RoomId);
      // Among what came is what was just written here.
      if (this.#newsCount > newsBefore) this.#newsCount -= 1;
    });
    return { ...receipt, ledger, decoded };
  }

  /**
   * Takes up an entry of one's own from the answer to its append, if the warden's heads, which came along, say that with it the room
   * is whole. Answers false where more has to be asked for.
   */
  async #takeOwn(
    ledger: VaultId,
    room: RoomId,
    { index, entry: bytes }: VerifiedReceipt,
    own: { readonly decoded: Entry; readonly sent: SentBody; readonly heads: Uint8Array },
  ): Promise<boolean> {
    const { decoded, sent } = own;
    if (decoded.body.k === 'shared') return false;
    const heads = await this.#verifyHeads(ledger, own.heads);
    if ((decoded.officeSize ?? 0) > this.office.size) await this.#syncOffice();
    if ((decoded.officeSize ?? 0) > this.office.size) return false;
    const aside = await this.setAside(ledger);
    await this.receive(ledger, aside, [{ index, bytes }]);
    if (compareChain(heads, room, aside.headOf(room)) !== 'same') return false;
    await this.apply(ledger, aside.take([room], heads.size), {
      isLazy: true,
      isOwn: hasSignatures(decoded, sent.sigs),
    });
    this.#heads.markWhole(heads, room);
    return true;
  }

  /** One ledger, after the office that it is judged by. */
  async #catchUp(ledger: VaultId): Promise<number> {
    const applied = await this.#syncOffice();
    return ledger === officeId ? applied : applied + (await this.#syncVault(ledger));
  }

  async #syncAll(): Promise<number> {
    let applied = await this.#syncOffice();
    const { vaults } = await this.by.api.call('listVaults');
    for (const vault of this.fold.vaults()) this.shown.set(vault, new Set());
    for (const { vault, rooms } of vaults) {
      // Only a statement makes a vault; the server's word alone is no reason to follow one.
      if (vault === officeId || findVault(this.office, vault) === undefined) continue;
      this.shown.set(vault, new Set(rooms));
      for (const room of rooms) this.followedOf(vault).add(room);
      applied += await this.#syncVault(vault);
    }
    return applied;
  }

  async #syncOffice(): Promise<number> {
    try {
      return await this.#syncOfficeNow();
    } catch (cause) {
      // Code that is too old asks nothing more, whatever edition the server has.
      const mayBeRestored =
        !this.#isFollowing &&
        cause instanceof StrongroomError &&
        !(cause instanceof DependencyError) &&
        cause.code !== 'BUNDLE_TOO_OLD';
      const edition = mayBeRestored ? await this.#findNewEdition() : undefined;
      if (edition === undefined) throw cause;
      return await this.#followRestore(edition);
    }
  }

  /** The edition of the office that the server has, if it is a later one. */
  async #findNewEdition(): Promise<number | undefined> {
    const firm = await this.by.api.call('getFirm');
    if (firm.state === 'new') return undefined;
    const edition = editionOfOrigin(firm.origin);
    return edition > this.anchor(officeId).head.edition ? edition : undefined;
  }

  /**
   * The firm was restored from a backup, says the server: everything is asked for anew, and taken only with the statement that the
   * owner's kit signed and where it agrees with what this device verified before (architecture 5.4). Else all stays as it was.
   */
  async #followRestore(edition: number): Promise<number> {
    const { head } = this.anchor(officeId);
    const giveUp = this.beginBeside();
    const giveUpEdition = this.stageEdition(edition);
    this.#isFollowing = true;
    this.#heads.forgetAll();
    try {
      const applied = await this.#syncOfficeNow();
      await this.keepEdition(await this.#assertRestored(edition, head));
      return applied;
    } catch (cause) {
      giveUpEdition();
      giveUp();
      this.#heads.forgetAll();
      throw cause;
    } finally {
      this.#isFollowing = false;
    }
  }

  /**
   * Answers which chains of the office are to be compared yet, once they are asked for.
   * @throws IntegrityError LEDGER_WENT_BACK without the statement, LEDGER_FORKED where what is held is another
   */
  async #assertRestored(edition: number, head: LedgerHead): Promise<ChainHeads> {
    const since = (this.office.restores ?? []).filter((restore) => restore.edition > head.edition);
    const anchor = this.anchor(officeId);
    if (since.at(-1)?.edition !== edition)
      throw new IntegrityError('LEDGER_WENT_BACK', {
        ledger: officeId,
        size: anchor.head.size,
        known: head.size,
      });
    const kept = Math.min(...since.map(({ from }) => from));
    if (head.size > 0 && head.size <= kept) {
      const { size, root } = anchor.head;
      const { hashes } = await this.by.api.call('getConsistency', {
        params: { ledger: officeId },
        query: { from: head.size, to: size },
      });
      const claim = { sizeOld: head.size, rootOld: head.root, sizeNew: size, rootNew: root, proof: hashes };
      try {
        verifyConsistency(this.by.engine, claim);
      } catch (cause) {
        throw new IntegrityError('LEDGER_FORKED', { ledger: officeId, size, known: head.size }, { cause });
      }
    }
    return await this.assertSameBelow(kept);
  }

  async #syncOfficeNow(): Promise<number> {
    let applied = 0;
    for (let round = 0; round < catchUpMax; round++) {
      const pulled = await this.#pull(officeId);
      applied += pulled.applied;
      const isMore = this.show(officeId, [...pulled.persons, ...pulled.rooms]);
      advanceOffice(this.office, pulled.heads.size);
      this.#demand(this.office);
      if (!isMore) return applied;
    }
    return applied;
  }

  /** One room, after the office that it is judged by. */
  async #catchUpRoom(ledger: VaultId, room: RoomId): Promise<number> {
    const applied = await this.#syncOffice();
    if (ledger === officeId) return applied;
    await this.#meetVault(ledger);
    this.followedOf(ledger).add(room);
    return applied + (await this.#pull(ledger, [room])).applied;
  }

  async #meetVault(vault: VaultId): Promise<void> {
    const known = findVault(this.office, vault);
    if (known === undefined) throw new AccessError('NOT_A_MEMBER');
    if (!this.hasAnchor(vault)) this.addAnchor(vault, known.edition, await this.readVaultHead(known));
    this.fold.addVault(vault);
  }

  async #syncVault(vault: VaultId): Promise<number> {
    await this.#meetVault(vault);
    let applied = 0;
    for (let round = 0; round < catchUpMax; round++) {
      const pulled = await this.#pull(vault);
      applied += pulled.applied;
      if (!this.show(vault, pulled.rooms)) return applied;
    }
    return applied;
  }

  /**
   * Brings chains of one ledger up to date: all that are followed, or `only` these. As many calls as it takes; nothing is judged before
   * every one of them is whole, because a share lies in two chains.
   */
  async #pull(ledger: VaultId, only?: readonly ChainId[]): Promise<Pulled> {
    try {
      return await this.#pullWhole(ledger, only);
    } finally {
      if (ledger === officeId) this.forgetAhead();
    }
  }

  async #pullWhole(ledger: VaultId, only?: readonly ChainId[]): Promise<Pulled> {
    let aside = await this.setAside(ledger);
    let behind = 0;
    for (let round = 0; round < roundsMax; round++) {
      const chains = only ?? this.chainsOf(ledger);
      const slices: Slice[] = [];
      let isWhole = true;
      for (let start = 0; isWhole && start < Math.max(chains.length, 1); start += limits.chainsPerSyncMax) {
        const slice = await this.#pullSlice(
          ledger,
          chains.slice(start, start + limits.chainsPerSyncMax),
          aside,
        );
        if (slice === 'again') {
          aside = await this.setAside(ledger);
          isWhole = false;
        } else slices.push(slice);
      }
      if (!isWhole) continue;
      const newest = slices.at(-1);
      if (newest === undefined) break;
      if (slices.every((slice) => this.#isWhole(slice.chains, slice.heads, aside))) {
        const size = Math.max(...slices.map(({ heads }) => heads.size));
        const entries = aside.take(chains, size);
        const compared = this.#isFollowing ? [] : await this.assertKept(ledger, chains, entries);
        await this.apply(ledger, entries);
        await this.forgetKept(ledger, compared);
        this.#newsCount += entries.length;
        for (const slice of slices)
          for (const chain of slice.chains) this.#heads.markWhole(slice.heads, chain);
        const { rooms, persons, witnessed } = newest.answer;
        // Of an edition that is not this device's yet nothing is kept.
        if (!this.#isFollowing) await this.witnessed.take(this.anchor(ledger), this.office, witnessed);
        return { applied: entries.length, heads: newest.heads, rooms, persons };
      }
      aside = await this.setAside(ledger);
      behind += 1;
      if (behind >= catchUpMax) {
        const withheld = new IntegrityError('CHAIN_INVALID', { ledger, reason: 'withheld' });
        this.alarms.raiseFor(withheld, ledger, {
          ...this.anchor(ledger).evidence(),
          given: newest.answer.checkpoint,
          heads: newest.answer.heads,
        });
        throw withheld;
      }
      await this.by.clock.sleep(20 * behind);
    }
    throw new IntegrityError('CHAIN_INVALID', { ledger, reason: 'endless' });
  }

  /** As many chains as one call may name. `again`: what may be asked for has changed. */
  async #pullSlice(ledger: VaultId, chains: readonly ChainId[], aside: SetAside): Promise<Slice | 'again'> {
    for (let round = 0; round < roundsMax; round++) {
      let answer;
      try {
        answer = await this.by.api.call('sync', {
          body: {
            ledger,
            chains: chains.map((chain): [string, number] => [chain, aside.headOf(chain).n]),
            known: this.known(ledger),
          },
        });
      } catch (cause) {
        // A room or a person is no longer ours to read: ask for what always is, and see what is shown with it.
        const isLess = this.chainsOf(ledger).some((chain) => chain !== 'firm' && chain !== this.by.person);
        if (!(cause instanceof AccessError) || cause.code !== 'ACCESS_DENIED' || !isLess) throw cause;
        this.shown.set(ledger, new Set());
        this.insist([]);
        return 'again';
      }
      if (ledger !== officeId) await this.#meetPersons(answer);
      // A grant in a room of the office rests on a person we may not follow yet: his chain is asked for with it.
      else if (this.show(officeId, [...answer.persons, ...answer.rooms])) return 'again';
      await this.receive(
        ledger,
        aside,
        answer.entries.map(({ index, entry }) => ({ index, bytes: entry })),
      );
      if (!answer.isComplete) continue;
      if (ledger === officeId) await this.lookAhead(aside.given());
      await this.anchor(ledger).acceptNewest(answer.checkpoint, answer.consistency);
      return { chains, heads: await this.#verifyHeads(ledger, answer.heads), answer };
    }
    throw new IntegrityError('CHAIN_INVALID', { ledger, reason: 'endless' });
  }

  /** Whether every chain, with what was given, is exactly where the warden says. */
  #isWhole(chains: readonly ChainId[], heads: Heads, aside: SetAside): boolean {
    return chains.every((chain) => compareChain(heads, chain, aside.headOf(chain)) === 'same');
  }

  /** Room entries rest on the persons who sign them and on the office as far as they cite it. */
  async #meetPersons(answer: OutputOf<'sync'>): Promise<void> {
    const followed = this.followedOf(officeId);
    const strangers = answer.persons.filter((person) => !followed.has(person));
    for (const person of strangers) {
      followed.add(person);
      this.shown.get(officeId)?.add(person);
    }
    let officeSize = 0;
    for (const { entry } of answer.entries)
      officeSize = Math.max(officeSize, decodeReceived(entry).officeSize ?? 0);
    if (strangers.length > 0 || officeSize > this.office.size) await this.#syncOffice();
  }

  protected override async renewKeys(): Promise<void> {
    await this.syncLedger(officeId);
  }

  async #verifyHeads(ledger: VaultId, bytes: Uint8Array): Promise<Heads> {
    return await this.#heads.accept(bytes, {
      wardenKey: this.wardenKey,
      anchor: this.anchor(ledger),
      office: this.anchor(officeId),
    });
  }

  /** Runs a sync; where what is held turns out not to fit to the ledger, everything is asked for anew, once. */
  async #healed(sync: () => Promise<number>): Promise<number> {
    if (this.isSuspect) return await this.#renew();
    try {
      return await sync();
    } catch (cause) {
      if (!this.isSuspect) throw cause;
      return await this.#renew();
    }
  }

  /** Asks for all chains from their beginnings. What was held stays, for reading alone, until the new is whole. */
  async #renew(): Promise<number> {
    this.#heads.forgetWhole();
    const giveUp = this.beginBeside();
    try {
      const applied = await this.#syncAll();
      await this.keepBeside();
      return applied;
    } catch (cause) {
      this.#heads.forgetWhole();
      giveUp();
      throw cause;
    }
  }

  async #enqueue<T>(task: () => Promise<T>): Promise<T> {
    const run = this.#queue.then(task, task);
    this.#queue = run.catch(() => undefined);
    return await run;
  }
}

/** Whether an entry carries exactly these signatures. */
function hasSignatures(entry: Entry, sigs: SentBody['sigs']): boolean {
  return (
    entry.sigs.length === sigs.length &&
    entry.sigs.every(([id, signature], place) => {
      const [signer, sent] = sigs[place] ?? [];
      return signer === id && sent !== undefined && compareBytes(sent, signature) === 0;
    })
  );
}
