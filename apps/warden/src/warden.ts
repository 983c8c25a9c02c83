// long: every operation that changes the tables goes through the one queue and the one record that are private here.
/**
 * The warden: one object for each opening of the home. Whatever changes the tables runs in one queue, becomes a record, and
 * is answered when the record is durable. After a failure of the disk this object is of no use any more: what is in memory
 * may be ahead of the disk, so the caller closes it and opens the home again.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isActive, signHeads } from '@strongroom/authority';
import {
  AccessError,
  ConflictError,
  DependencyError,
  InputError,
  IntegrityError,
  StrongroomError,
  getSlotHourEndMs,
  officeId,
} from '@strongroom/core';
import { appendBatch, listOwn } from './append/append-batch.ts';
import type { AppendParts } from './append/append-batch.ts';
import { ClockTrust } from './clock-trust.ts';
import { composeHeads } from './compose-heads.ts';
import type { WardenContext } from './context.ts';
import type { CopyContent } from './copy/copy-content.ts';
import type { CopyPoint } from './copy/copy-due.ts';
import type { CopySubject } from './copy/copy-keeper.ts';
import { doDueWork, findNextDueMs, forgetSaid } from './due/destroy-due.ts';
import { describeFileSystem } from './file-system.ts';
import { describePlace } from './home-place.ts';
import { introduce } from './introduce.ts';
import { wardenLimits } from './limits.ts';
import type {
  AppendAnswer,
  AppendRequest,
  HeadsAnswer,
  HeadsRequest,
  HelloAnswer,
  IntakeAnswer,
  PrepareLedgerAnswer,
  PrepareLedgerRequest,
  PromoteAnswer,
  PromoteRequest,
  SealAnswer,
  SealRequest,
  SlotsAnswer,
  SlotsRequest,
  StatusAnswer,
  SweepAnswer,
  SweepRequest,
  TickAnswer,
} from './protocol/messages.ts';
import { isFenced, isReadIn } from './append/fold-entry.ts';
import { signOwnAgain } from './own-entries.ts';
import { IntakeKeys } from './requests/intake-keys.ts';
import { sealItems } from './seal/seal-items.ts';
import { assertNoRestoreUnfinished } from './restore/begin-restore.ts';
import { findDestroyed } from './restore/find-destroyed.ts';
import { SerialQueue } from './serial-queue.ts';
import { WardenState } from './state/warden-state.ts';
import { positionAtStart } from './standby/position.ts';
import type { Position } from './standby/position.ts';
import { joinStandby } from './standby/join-standby.ts';
import { checkPromotion, headKeysOf } from './standby/promotion.ts';
import { Standby } from './standby/standby.ts';
import { openTableStore, writeSnapshot } from './storage/table-store.ts';
import type { Journal } from './storage/journal.ts';
import { encodeRecord } from './tables/journal-record.ts';
import type { JournalRecord } from './tables/journal-record.ts';
import { readClocks, readTables } from './tables/read-tables.ts';
import { Tables } from './tables/tables.ts';

type WardenParts = {
  readonly context: WardenContext;
  readonly state: WardenState;
  readonly tables: Tables;
  readonly journal: Journal;
  readonly snapshotNumber: number;
  readonly fileSystem: string;
  readonly journalStart: Position;
};

export class Warden {
  readonly #context: WardenContext;
  readonly #state: WardenState;
  readonly #tables: Tables;
  readonly #queue = new SerialQueue();
  readonly #trust: ClockTrust;
  readonly #intake: IntakeKeys;
  readonly #counters: Record<string, number> = {};
  readonly #fileSystem: string;
  #journal: Journal;
  #snapshotNumber: number;
  /** Where the journal begins in the row of records. */
  #journalStart: Position;
  #newestRecord: Promise<void> = Promise.resolve();
  #isAbandoned = false;

  private constructor(parts: WardenParts) {
    this.#context = parts.context;
    this.#state = parts.state;
    this.#tables = parts.tables;
    this.#journal = parts.journal;
    this.#snapshotNumber = parts.snapshotNumber;
    this.#fileSystem = parts.fileSystem;
    this.#journalStart = parts.journalStart;
    this.#trust = new ClockTrust(parts.context.clock);
    this.#intake = new IntakeKeys(parts.context.engine, parts.context.clock);
  }

  /**
   * Opens a home, or makes a new one: as its state says, a warden's or a standby's. The caller holds its lock.
   * @throws IntegrityError WARDEN_STATE_CORRUPT; DependencyError WARDEN_STORAGE_FAILED
   */
  static async open(context: WardenContext): Promise<Warden | Standby> {
    assertNoRestoreUnfinished(context.home);
    const stateDirectory = join(context.home, 'state');
    const tableDirectory = join(context.home, 'tables');
    for (const path of [stateDirectory, tableDirectory]) await mkdir(path, { recursive: true, mode: 0o700 });
    const keyPath = join(context.home, 'state-key');
    const state = await WardenState.open(context, stateDirectory, keyPath);
    try {
      if (state.role === 'standby') return await Standby.open(context, state);
      const stored = await openTableStore(tableDirectory, context);
      const fileSystem = await describeFileSystem(context.home);
      const { journal, number: snapshotNumber } = stored;
      try {
        const tables = readTables(context, stored);
        await context.faults.hit('warden.start.after-replay');
        const journalStart = startOf(context, stored.snapshot);
        const warden = new Warden({
          context,
          state,
          tables,
          journal,
          snapshotNumber,
          fileSystem,
          journalStart,
        });
        await signOwnAgain(context.engine, tables, state);
        await warden.#start(keyPath);
        return warden;
      } catch (error) {
        await journal.close();
        throw error;
      }
    } catch (error) {
      await state.close();
      throw error;
    }
  }

  hello(protocol: number): HelloAnswer {
    if (protocol !== 1) throw new InputError('INPUT_INVALID', { name: 'protocol' });
    const ledgers = this.#state.ledgerIds().map((ledger) => {
      const table = this.#tables.ledger(ledger);
      const { size, isForked } = table;
      return { ledger, edition: this.#state.edition(ledger), size, root: table.root(), isForked };
    });
    return {
      warden: this.#state.number,
      role: this.#isFenced ? 'fenced' : 'active',
      publicKey: this.#state.publicKey,
      ledgers,
      headKeys: headKeysOf(this.#state),
      level: this.#state.level,
      timeMs: this.#context.clock.nowMs(),
      isFresh: ledgers.every(({ size }) => size === 0),
    };
  }

  async prepareLedger({ ledger, firm, isAnew }: PrepareLedgerRequest): Promise<PrepareLedgerAnswer> {
    this.#assertMayAct();
    const { standby } = this.#context;
    const known = this.#state.ledgerIds();
    const isNew = !known.includes(ledger);
    // A second warden holds what was prepared first: there the first run is begun with empty homes again.
    const mayBeOther =
      isAnew === true &&
      standby === undefined &&
      known.length === 1 &&
      !isNew &&
      this.#tables.ledger(ledger).size === 0;
    const { vkey, origin } = await this.#state.prepareLedger(ledger, firm, mayBeOther);
    if (isNew) await standby?.addLedger(ledger, this.#state.firm, this.#state.exportPages(ledger));
    const introduced = await introduce(this.#state, ledger);
    await this.#context.faults.hit('warden.prepare-ledger.before-answer');
    return { vkey, origin, ...introduced };
  }

  async append(request: AppendRequest): Promise<AppendAnswer> {
    this.#assertMayAct();
    const answer = await appendBatch(this.#parts(), request);
    if (this.#tables.disposals.list().length === 0) return answer;
    // An intent that came back is carried out before its line is acknowledged; whoever asks again finds it done.
    await this.runDue();
    return { ...answer, own: listOwn(this.#parts(), request.ledger) };
  }

  async takeSlots({ vault, room, hour, count }: SlotsRequest): Promise<SlotsAnswer> {
    this.#state.ledgerKey(vault);
    const nowMs = this.#context.clock.nowMs();
    if (hour > 0 && getSlotHourEndMs(hour) <= nowMs) throw new InputError('INPUT_INVALID', { name: 'hour' });
    this.#assertMayAct();
    await this.#context.faults.hit('warden.slots.before-write');
    const { block, durable } = await this.#queue.run(async () => {
      const block = this.#tables.slots.plan(vault, room, hour, count, nowMs);
      return { block, durable: this.#record({ k: 'slots', block }) };
    });
    await durable;
    await this.#context.faults.hit('warden.slots.before-answer');
    this.#count('slots', count);
    return { first: block.first, count: block.count };
  }

  async getIntake(vault: string): Promise<IntakeAnswer> {
    this.#state.ledgerKey(vault);
    this.#assertInForce();
    return { keys: await this.#intake.list(vault, this.#state.signSeed) };
  }

  async seal({ vault, items }: SealRequest): Promise<SealAnswer> {
    this.#state.ledgerKey(vault);
    this.#assertMayAct();
    return { results: await sealItems({ ...this.#parts(), intake: this.#intake }, vault, items) };
  }

  async getHeads({ ledger, chains }: HeadsRequest): Promise<HeadsAnswer> {
    this.#state.ledgerKey(ledger);
    this.#assertMayAct();
    const { heads, durable } = await this.#queue.run(async () => {
      const heads = composeHeads({ context: this.#context, tables: this.#tables }, ledger, chains);
      if (heads === undefined) throw new IntegrityError('LEDGER_FORKED');
      return { durable: this.#newestRecord, heads };
    });
    // What a record has not made durable yet must not be signed as the newest.
    await durable;
    return { heads: await signHeads(this.#context.engine, { heads, seed: this.#state.signSeed }) };
  }

  async tick(): Promise<TickAnswer> {
    await this.runDue();
    await this.#newestRecord;
    this.#assertInForce();
    // What the standby has not got is nobody's to put into a ledger: it counts when it has.
    const mayAct = this.#context.standby?.mayAct !== false;
    const own = mayAct ? this.#state.ledgerIds().flatMap((ledger) => listOwn(this.#parts(), ledger)) : [];
    return { own, nextDueAtMs: findNextDueMs(this.#parts()) ?? null };
  }

  /** Says of slots which of them had been destroyed before a restore; what is known already, or still opens, is left out. */
  async sweep({ vault, items }: SweepRequest): Promise<SweepAnswer> {
    this.#state.ledgerKey(vault);
    this.#assertMayAct();
    const { found, durable } = await this.#queue.run(async () => {
      await this.#newestRecord;
      const own = await findDestroyed(this.#parts(), vault, items);
      const durable =
        own.entries.length === 0
          ? this.#newestRecord
          : this.#record({ k: 'own', ledger: vault, own: own.entries });
      return { found: own.count, durable };
    });
    await durable;
    return { found };
  }

  status(): StatusAnswer {
    const { clock, isTestControlled } = this.#context;
    return {
      warden: this.#state.number,
      role: this.#isFenced ? 'fenced' : 'active',
      standby: this.#context.standby?.state ?? 'none',
      isRefusalKept: this.#context.standby?.isRefusalKept ?? false,
      copy: this.#context.findCopy?.() ?? null,
      level: this.#state.level,
      timeMs: clock.nowMs(),
      isClockTrusted: this.#trust.isTrusted,
      isTestControlled,
      generation: this.#state.generation,
      fileSystem: this.#fileSystem,
      ownOutstanding: [...this.#tables.ledgers.values()].reduce((sum, { own }) => sum + own.length, 0),
      journalBytes: this.#journal.sizeBytes,
      seeds: this.#state.seedCount,
      pages: this.#state.pageCount,
      disposals: this.#tables.disposals.list().map(({ vault, disposal, state, itemCount, dueAtMs }) => ({
        vault,
        disposal,
        state,
        itemCount,
        dueAtMs,
      })),
      counters: { ...this.#counters },
    };
  }

  /** The number in the firm. */
  get number(): number {
    return this.#state.number;
  }

  /** Said again to the warden that took the place: the statement has not come to the ledger. @throws ConflictError STANDBY_UNFIT */
  async promote(request: PromoteRequest): Promise<PromoteAnswer> {
    return await this.#queue.run(async () => {
      await this.#newestRecord;
      const { number } = await checkPromotion(this.#context.engine, {
        tables: this.#tables,
        state: this.#state,
        request,
      });
      if (number !== this.#state.number) throw new ConflictError('STANDBY_UNFIT', { reason: 'keys' });
      return { warden: number };
    });
  }

  confirmClock(timeMs: number): void {
    this.#trust.confirm(timeMs);
    this.#context.logger.log('clock.confirmed');
  }

  /** Does what is due by the clock; makes a snapshot where the journal has grown. */
  async runDue(): Promise<void> {
    await this.#intake.renew();
    await this.#queue.run(async () => {
      // The tables are ahead of the disk while a batch is being written: nothing is destroyed upon a line that may still be lost.
      await this.#newestRecord;
      const record = async (made: JournalRecord): Promise<void> => await this.#record(made);
      // Nothing is destroyed and nothing is said of it while the standby, which has to follow, is not there.
      const mayAct = this.#context.standby?.mayAct !== false && !this.#isFenced;
      if (mayAct && !isReadIn(this.#parts(), officeId))
        await doDueWork({ ...this.#parts(), record, isClockTrusted: () => this.#trust.isTrusted });
      forgetSaid(this.#parts());
      if (this.#journal.sizeBytes > wardenLimits.journalBytesMax) await this.#compact();
    });
  }

  /** Reads a little more of the state than anybody asked for. */
  async readAhead(): Promise<void> {
    await this.#context.faults.hit('warden.start.at-page');
    this.#state.readAhead();
  }

  /** Brings the standby to where we are, if there is one and it is not. */
  async joinStandby(): Promise<void> {
    const link = this.#context.standby;
    if (link === undefined || link.state === 'current' || link.state === 'refused' || this.#isAbandoned)
      return;
    await this.#queue.run(async () => {
      await this.#newestRecord;
      try {
        await joinStandby(link, {
          context: this.#context,
          state: this.#state,
          tables: this.#tables,
          journalStart: this.#journalStart,
          hasSnapshot: this.#snapshotNumber > 0,
          readJournal: () => this.#journal.readAll(),
        });
      } catch (cause) {
        link.lose(cause);
      }
    });
  }

  /** A statement has named another warden the one: this one signs, releases and destroys nothing more. */
  get #isFenced(): boolean {
    return isFenced(this.#parts()) || this.#context.standby?.isFenced === true;
  }

  /** @throws AccessError WARDEN_FENCED */
  #assertInForce(): void {
    if (this.#isFenced) throw new AccessError('WARDEN_FENCED');
  }

  #assertMayAct(): void {
    this.#assertInForce();
    this.#context.standby?.assertMayAct();
  }

  /** Where we stand, for the disaster copy; undefined where there is nothing to copy. */
  describeCopy(): (CopyPoint & CopySubject) | 'fenced' | undefined {
    const { firm } = this.#tables.office;
    if (this.#isFenced) return 'fenced';
    // Half of what a restore reads in is nothing to go on from.
    if (firm === undefined || this.#state.ledgerIds().some((id) => isReadIn(this.#parts(), id)))
      return undefined;
    return {
      firm: firm.id,
      recovery: firm.recovery.kem,
      generation: this.#state.generation,
      records: this.#tables.position.count,
    };
  }

  /** Everything as it is now, durable, for the disaster copy. */
  async takeCopy(): Promise<CopyContent | undefined> {
    return await this.#queue.run(async () => {
      await this.#newestRecord;
      if (typeof this.describeCopy() !== 'object') return undefined;
      const madeAtMs = this.#context.clock.nowMs();
      // Before: a ledger that is made meanwhile is for the next copy.
      const { generation } = this.#state;
      const state = await this.#state.exportAll();
      const tables = this.#tables.encode(madeAtMs);
      return { madeAtMs, generation, records: this.#tables.position.count, state, tables };
    });
  }

  /** Ends in order: a snapshot, so that the next start reads one file. */
  async shutDown(): Promise<void> {
    if (!this.#isAbandoned) await this.#queue.run(() => this.#compact());
    await this.close();
  }

  /** Waits for what is under way and closes the files. */
  async close(): Promise<void> {
    await this.#queue.settle();
    await this.#intake.wipe();
    await this.#journal.close();
    await this.#state.close();
  }

  /** Replaces journal and snapshot by a snapshot of now. Called inside the queue. */
  async #compact(): Promise<void> {
    await this.#newestRecord;
    const number = this.#snapshotNumber + 1;
    const payload = this.#tables.encode(this.#context.clock.nowMs());
    const start = this.#tables.position;
    const journal = await writeSnapshot(join(this.#context.home, 'tables'), {
      number,
      payload,
      context: this.#context,
    });
    await this.#journal.close();
    this.#journal = journal;
    this.#snapshotNumber = number;
    this.#journalStart = start;
    this.#context.logger.log('snapshot', { count: number, size: payload.length });
  }

  async #start(keyPath: string): Promise<void> {
    this.#context.standby?.begin();
    const place = await describePlace(this.#context, keyPath);
    const isCopy = this.#tables.place !== '' && this.#tables.place !== place;
    if (isCopy) this.#context.logger.log('home.copied');
    await this.#record({ k: 'start', place, isCopy });
    await this.#context.faults.hit('warden.start.after-record');
    await this.runDue();
  }

  #parts(): AppendParts {
    return {
      context: this.#context,
      tables: this.#tables,
      state: this.#state,
      queue: this.#queue,
      record: (record) => this.#record(record),
      settle: () => this.#newestRecord,
      abandon: () => {
        this.#isAbandoned = true;
      },
      witness: (person, timeMs) => this.#witness(person, timeMs),
      count: (name, by) => this.#count(name, by),
    };
  }

  /** Applies a record and writes it; resolves when it is durable. Called inside the queue, so that both orders are one. */
  #record(record: JournalRecord): Promise<void> {
    if (this.#isAbandoned)
      return Promise.reject(
        new DependencyError('WARDEN_STORAGE_FAILED', { step: 'record', reason: 'abandoned' }),
      );
    const bytes = encodeRecord(record);
    this.#tables.apply(record, readClocks(this.#context));
    this.#tables.advance(bytes);
    const durable = this.#journal.append(bytes);
    const { standby } = this.#context;
    // What is durable here alone is answered to nobody: the standby may lag behind us, never the other way round.
    this.#newestRecord = standby === undefined ? durable : durable.then(() => standby.record(bytes));
    return this.#newestRecord;
  }

  #witness(person: string, timeMs: number): void {
    const { office } = this.#tables;
    const isTrustedBefore = this.#trust.isTrusted;
    const persons = [...office.persons.keys()].filter((id) => isActive(office, id, office.size));
    this.#trust.witness(person, timeMs, persons.length);
    if (!isTrustedBefore && this.#trust.isTrusted) this.#context.logger.log('clock.trusted');
  }

  #count(name: string, by = 1): void {
    this.#counters[name] = (this.#counters[name] ?? 0) + by;
  }
}

/** Whether a failure means that memory and disk may differ, so that the home is to be opened again. */
export function mustReopen(error: unknown): boolean {
  if (!(error instanceof StrongroomError)) return true;
  return error instanceof DependencyError;
}

/** Where the journal begins: after the snapshot, if there is one. */
function startOf({ engine, clock }: WardenContext, snapshot: Uint8Array | undefined): Position {
  return snapshot === undefined
    ? positionAtStart
    : Tables.decode(engine, snapshot, clock.monotonicMs()).position;
}
