/**
 * The chains this device follows: the firm's, the persons' it meets, its rooms'. Everything that says who may comes from here and
 * from nowhere else. Entries are judged by the authority as server and warden judge them; the warden's signed heads tell
 * whether one was left out. Invariant: an entry that does not fit is never kept, and what was verified stays as it was
 * (attacks A1, A2, A6, A8, E2, F1, F2, F7). Spec: docs/spec/statements.md.
 */
import { AccessError, compareBytes, ConflictError, IntegrityError, officeId } from '@strongroom/core';
import type { DeviceId, PersonId, RoomId, UnlockId, VaultId } from '@strongroom/core';
import { advanceOffice, decodeEntry, entryHash, findVault, signBody } from '@strongroom/authority';
import type {
  ChainId,
  ChainPlace,
  DeviceBody,
  Entry,
  Heads,
  OfficeState,
  PositionRows,
} from '@strongroom/authority';
import type { Receipt } from '@strongroom/protocol';
import type { OutputOf } from '../api/index.ts';
import { compareChain, HeadsKeeper } from './heads-keeper.ts';
import { HeldChains } from './held-chains.ts';
import type { Follower } from './held-chains.ts';
import type { VerifiedReceipt } from './ledger-anchor.ts';
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

export class ChainBook extends HeldChains {
  readonly #heads: HeadsKeeper;
  #queue: Promise<unknown> = Promise.resolve();
  #demand: (office: OfficeState) => void = () => undefined;

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

  /** @throws AccessError HEADS_STALE, and what the demand throws */
  assertFresh(ledger: VaultId, room?: RoomId): void {
    this.#demand(this.office);
    if (!this.isFresh(ledger, room)) throw new AccessError('HEADS_STALE', { ledger });
  }

  /**
   * Before a key is boxed to a person: his own chain says which of his generations is in force (attack F2).
   * @throws AccessError HEADS_STALE if it was not seen whole within ten minutes
   */
  assertPersonFresh(person: PersonId): void {
    if (!this.#heads.isFresh(officeId, person)) throw new AccessError('HEADS_STALE', { person });
  }

  /** Brings everything up to date. Answers how many entries were new. */
  async sync(): Promise<number> {
    return await this.#enqueue(async () => await this.#healed(async () => await this.#syncAll()));
  }

  /** Brings one ledger, and the office, up to date. */
  async syncLedger(ledger: VaultId): Promise<number> {
    return await this.#enqueue(async () => await this.#healed(async () => await this.#catchUp(ledger)));
  }

  /**
   * The same before keys are boxed to persons: their own chains are asked for too, whether or not the server shows them. `readPersons`
   * is asked once the ledger is up to date.
   * @throws AccessError HEADS_STALE if one of them, or the room, is not seen whole
   */
  async syncRecipients(ledger: VaultId, room: RoomId, readPersons: () => readonly PersonId[]): Promise<void> {
    await this.syncLedger(ledger);
    const persons = readPersons();
    await this.#enqueue(async () => {
      this.insist(persons);
      try {
        await this.#syncOffice();
      } finally {
        this.insist([]);
      }
    });
    this.assertFresh(ledger, room);
    for (const person of persons) this.assertPersonFresh(person);
  }

  /** Takes heads that came with another answer. */
  async acceptHeads(ledger: VaultId, bytes: Uint8Array): Promise<void> {
    const heads = await this.#verifyHeads(ledger, bytes);
    for (const chain of this.chainsOf(ledger)) {
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
    return await this.#enqueue(async () => await this.#append(options));
  }

  async #append<C extends ChainId>(options: AppendOptions<C>): Promise<Appended> {
    const { ledger, chain } = options;
    if (this.isSuspect) await this.#renew();
    for (let attempt = 1; ; attempt++) {
      const isBegun = chain.startsWith('rom_') && this.heldOf(ledger, chain).n > 0;
      const room = isBegun ? (chain as RoomId) : undefined;
      // While what is held is fresh, the number in the chain tells whether somebody was first.
      if (attempt > 1 || !this.isFresh(ledger, room)) await this.#catchUp(ledger);
      this.assertFresh(ledger, room);
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
      return await this.#confirm(ledger, signed.body, answer);
    }
  }

  /** Checks that what was signed is what lies in the ledger, and catches up with it. */
  async #confirm(ledger: VaultId, body: Uint8Array, answer: ReceivedReceipt): Promise<Appended> {
    const decoded = decodeReceived(answer.receipt.entry);
    if (compareBytes(decoded.bodyBytes, body) !== 0)
      throw new IntegrityError('RECEIPT_INVALID', { reason: 'body' });
    const receipt = await this.anchor(ledger).verifyReceipt(answer.receipt);
    if (ledger === officeId) await this.#syncOffice();
    else await this.#syncVault(ledger);
    return { ...receipt, ledger, decoded };
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

  async #syncVault(vault: VaultId): Promise<number> {
    const known = findVault(this.office, vault);
    if (known === undefined) throw new AccessError('NOT_A_MEMBER');
    if (!this.hasAnchor(vault)) this.addAnchor(vault, known.vkey, known.edition, await this.readHead(vault));
    this.fold.addVault(vault);
    let applied = 0;
    for (let round = 0; round < catchUpMax; round++) {
      const pulled = await this.#pull(vault);
      applied += pulled.applied;
      if (!this.show(vault, pulled.rooms)) return applied;
    }
    return applied;
  }

  async #pull(ledger: VaultId): Promise<{
    readonly applied: number;
    readonly heads: Heads;
    readonly rooms: readonly RoomId[];
    readonly persons: readonly PersonId[];
  }> {
    let aside = await this.setAside(ledger);
    let behind = 0;
    for (let round = 0; round < roundsMax; round++) {
      const chains = this.chainsOf(ledger);
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
        const isLess = chains.some((chain) => chain !== 'firm' && chain !== this.by.person);
        if (!(cause instanceof AccessError) || cause.code !== 'ACCESS_DENIED' || !isLess) throw cause;
        this.shown.set(ledger, new Set());
        this.insist([]);
        aside = await this.setAside(ledger);
        continue;
      }
      if (ledger !== officeId) await this.#meetPersons(answer);
      // A grant in a room of the office rests on a person we may not follow yet: his chain is asked for with it.
      else if (this.show(officeId, [...answer.persons, ...answer.rooms])) continue;
      this.receive(
        aside,
        answer.entries.map(({ index, entry }) => ({ index, bytes: entry })),
      );
      if (!answer.isComplete) continue;
      await this.anchor(ledger).acceptNewest(answer.checkpoint, answer.consistency);
      const heads = await this.#verifyHeads(ledger, answer.heads);
      if (this.#isWhole(chains, heads, aside)) {
        const entries = aside.take(chains, heads.size);
        await this.apply(ledger, entries);
        for (const chain of chains) this.#heads.markWhole(heads, chain);
        return { applied: entries.length, heads, rooms: answer.rooms, persons: answer.persons };
      }
      aside = await this.setAside(ledger);
      behind += 1;
      if (behind >= catchUpMax) throw new IntegrityError('CHAIN_INVALID', { ledger, reason: 'withheld' });
      await this.by.clock.sleep(20 * behind);
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
    const before = await this.beginAnew();
    try {
      return await this.#syncAll();
    } catch (cause) {
      this.#heads.forgetWhole();
      this.goBack(before);
      throw cause;
    }
  }

  async #enqueue<T>(task: () => Promise<T>): Promise<T> {
    const run = this.#queue.then(task, task);
    this.#queue = run.catch(() => undefined);
    return await run;
  }
}
