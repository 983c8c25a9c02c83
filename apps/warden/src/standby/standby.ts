/**
 * A warden that keeps what another one does, record by record, and answers nobody else. What it acknowledges is durable here. It never goes back:
 * trees are only ever punctured further, tables only taken from a warden that is ahead of them, and whoever joined last is the
 * one that is listened to, so that of two that run from one state one is refused.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  AccessError,
  ConflictError,
  DependencyError,
  InputError,
  IntegrityError,
  compareBytes,
  concatBytes,
} from '@strongroom/core';
import type { WardenContext } from '../context.ts';
import { describeFileSystem } from '../file-system.ts';
import { wardenLimits } from '../limits.ts';
import type { HelloAnswer, PromoteAnswer, PromoteRequest, StatusAnswer } from '../protocol/messages.ts';
import { SerialQueue } from '../serial-queue.ts';
import type { WardenState } from '../state/warden-state.ts';
import type { Journal } from '../storage/journal.ts';
import { openTableStore, writeSnapshot } from '../storage/table-store.ts';
import { decodeRecord } from '../tables/journal-record.ts';
import { Tables } from '../tables/tables.ts';
import { readTables } from '../tables/read-tables.ts';
import { checkPromotion, headKeysOf } from './promotion.ts';
import type {
  JoinAnswer,
  LedgerRequest,
  PunctureAnswer,
  PunctureRequest,
  RecordsRequest,
  TablesRequest,
} from './messages.ts';

type StandbyParts = {
  readonly context: WardenContext;
  readonly state: WardenState;
  readonly tables: Tables;
  readonly journal: Journal;
  readonly snapshotNumber: number;
  readonly fileSystem: string;
};

export class Standby {
  readonly #context: WardenContext;
  readonly #state: WardenState;
  readonly #fileSystem: string;
  readonly #queue = new SerialQueue();
  #tables: Tables;
  #journal: Journal;
  #snapshotNumber: number;
  #session: Uint8Array = new Uint8Array(0);
  /** Pieces of a snapshot or of trees that are under way. */
  #tablePieces: Uint8Array[] = [];
  readonly #treePieces = new Map<string, Map<number, Uint8Array>>();
  #recordCount = 0;

  private constructor(parts: StandbyParts) {
    this.#context = parts.context;
    this.#state = parts.state;
    this.#tables = parts.tables;
    this.#journal = parts.journal;
    this.#snapshotNumber = parts.snapshotNumber;
    this.#fileSystem = parts.fileSystem;
  }

  /** Opens a standby's home over its opened state. @throws IntegrityError WARDEN_STATE_CORRUPT; DependencyError WARDEN_STORAGE_FAILED */
  static async open(context: WardenContext, state: WardenState): Promise<Standby> {
    const directory = join(context.home, 'tables');
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const stored = await openTableStore(directory, context);
    const { journal, number: snapshotNumber } = stored;
    try {
      const tables = readTables(context, stored);
      const fileSystem = await describeFileSystem(context.home);
      return new Standby({ context, state, tables, journal, snapshotNumber, fileSystem });
    } catch (error) {
      await journal.close();
      throw error;
    }
  }

  hello(protocol: number): HelloAnswer {
    if (protocol !== 1) throw new InputError('INPUT_INVALID', { name: 'protocol' });
    const ledgers = [...this.#tables.ledgers].map(([ledger, table]) => {
      const { size, isForked } = table;
      return { ledger, edition: this.#state.edition(ledger), size, root: table.root(), isForked };
    });
    return {
      warden: this.#state.number,
      role: 'standby',
      publicKey: this.#state.publicKey,
      ledgers,
      headKeys: headKeysOf(this.#state),
      level: this.#state.level,
      timeMs: this.#context.clock.nowMs(),
      isFresh: ledgers.every(({ size }) => size === 0),
    };
  }

  status(): StatusAnswer {
    const { clock, isTestControlled } = this.#context;
    return {
      warden: this.#state.number,
      role: 'standby',
      standby: 'none',
      isRefusalKept: false,
      copy: null,
      level: this.#state.level,
      timeMs: clock.nowMs(),
      isClockTrusted: false,
      isTestControlled,
      generation: this.#state.generation,
      fileSystem: this.#fileSystem,
      ownOutstanding: 0,
      journalBytes: this.#journal.sizeBytes,
      seeds: this.#state.seedCount,
      pages: this.#state.pageCount,
      disposals: [],
      counters: { records: this.#recordCount },
    };
  }

  /** A warden begins to send; one that sent before is not listened to any more. */
  async join(): Promise<JoinAnswer> {
    return await this.#queue.run(async () => {
      this.#session = this.#context.engine.randomBytes(16);
      this.#tablePieces = [];
      this.#treePieces.clear();
      const heads = [...this.#tables.ledgers].map(([ledger, table]) => {
        return { ledger, size: table.size, leaf: table.findHash(table.size - 1) ?? new Uint8Array(0) };
      });
      const trees = this.#state
        .ledgerIds()
        .map((ledger) => ({ ledger, commitment: this.#state.commitment(ledger) }));
      return {
        session: this.#session,
        publicKey: this.#state.publicKey,
        position: this.#tables.position,
        heads,
        trees,
      };
    });
  }

  /** Takes a snapshot of the tables in the place of ours, if it goes on from ours. */
  async takeTables(request: TablesRequest): Promise<void> {
    await this.#listen(request.session, async () => {
      const held = this.#tablePieces.reduce((sum, { length }) => sum + length, 0);
      if (held !== request.offset) throw new InputError('INPUT_INVALID', { name: 'offset' });
      this.#tablePieces.push(request.bytes);
      if (!request.isLast) return;
      const payload = concatBytes(...this.#tablePieces.splice(0));
      const { engine, clock } = this.#context;
      const tables = Tables.decode(engine, payload, clock.monotonicMs());
      this.#assertGoesOn(tables);
      await this.#store(payload);
      this.#tables = tables;
    });
  }

  /** Takes a tree that is not here. One that is here is only ever punctured. */
  async takeLedger({ session, ledger, firm, pages, isLast }: LedgerRequest): Promise<void> {
    await this.#listen(session, async () => {
      if (this.#state.ledgerIds().includes(ledger)) throw new ConflictError('STATE_CHANGED');
      const pieces = this.#treePieces.get(ledger) ?? new Map<number, Uint8Array>();
      this.#treePieces.set(ledger, pieces);
      for (const [number, bytes] of pages) pieces.set(number, bytes);
      if (!isLast) return;
      this.#treePieces.delete(ledger);
      await this.#state.adoptLedger(ledger, firm, pieces);
    });
  }

  /** Applies records and makes them durable. */
  async takeRecords({ session, from, records }: RecordsRequest): Promise<{ readonly count: number }> {
    return await this.#listen(session, async () => {
      if (from !== this.#tables.position.count) throw new IntegrityError('WARDEN_ROLLED_BACK');
      const { faults, clock } = this.#context;
      await faults.hit('warden.standby.before-apply');
      const clocks = { nowMs: clock.nowMs(), monotonicMs: clock.monotonicMs() };
      let durable: Promise<void> = Promise.resolve();
      try {
        for (const bytes of records) {
          this.#tables.replay(decodeRecord(bytes), clocks);
          this.#tables.advance(bytes);
          durable = this.#journal.append(bytes);
        }
      } catch (cause) {
        await durable.catch(() => undefined);
        // What is in memory may be half a record: the home is opened again from the disk.
        throw new DependencyError('WARDEN_FAILED', {}, { cause });
      }
      await durable;
      this.#recordCount += records.length;
      if (this.#journal.sizeBytes > wardenLimits.journalBytesMax) await this.#compact();
      await faults.hit('warden.standby.before-ack');
      return { count: this.#tables.position.count };
    });
  }

  /** Punctures for good. */
  async puncture({ session, ledger, name, ranges }: PunctureRequest): Promise<PunctureAnswer> {
    return await this.#listen(session, async () => {
      const done = await this.#state.puncture(ledger, ranges, name);
      this.#state.forgetDone(name);
      await this.#context.faults.hit('warden.standby.before-ack');
      return { commitment: done.after, generation: done.generation, level: this.#state.level };
    });
  }

  /** Takes the warden's place; the home is opened anew as what it is then. Nobody sends records any more. */
  async promote(request: PromoteRequest): Promise<PromoteAnswer> {
    return await this.#queue.run(async () => {
      const { number, editions } = await checkPromotion(this.#context.engine, {
        tables: this.#tables,
        state: this.#state,
        request,
      });
      this.#session = new Uint8Array(0);
      const voids = new Map(request.voids.map(({ ledger, indexes }) => [ledger, indexes] as const));
      await this.#state.promote(number, editions, voids);
      this.#context.logger.log('promoted', { count: number });
      return { warden: number };
    });
  }

  /** Nothing is due here. */
  async runDue(): Promise<void> {
    await this.#queue.settle();
  }

  /** Reads a little more of the state than anybody asked for. */
  readAhead(): void {
    this.#state.readAhead();
  }

  async shutDown(): Promise<void> {
    await this.#queue.run(() => this.#compact()).catch(() => undefined);
    await this.close();
  }

  async close(): Promise<void> {
    await this.#queue.settle();
    await this.#journal.close();
    await this.#state.close();
  }

  async #listen<T>(session: Uint8Array, work: () => Promise<T>): Promise<T> {
    return await this.#queue.run(async () => {
      if (this.#session.length === 0 || compareBytes(session, this.#session) !== 0)
        throw new AccessError('ACCESS_DENIED', { reason: 'session' });
      return await work();
    });
  }

  /** Tables of a warden that is not ahead of ours, or has another history, are a state that was copied or set back. */
  #assertGoesOn(tables: Tables): void {
    if (tables.position.count <= this.#tables.position.count) throw new IntegrityError('WARDEN_ROLLED_BACK');
    for (const [ledger, ours] of this.#tables.ledgers) {
      if (ours.size === 0) continue;
      const theirs = tables.ledger(ledger);
      const [leaf, own] = [theirs.findHash(ours.size - 1), ours.findHash(ours.size - 1)];
      if (theirs.size < ours.size || leaf === undefined || own === undefined || compareBytes(leaf, own) !== 0)
        throw new IntegrityError('WARDEN_ROLLED_BACK');
    }
  }

  async #compact(): Promise<void> {
    await this.#store(this.#tables.encode(this.#context.clock.nowMs()));
  }

  async #store(payload: Uint8Array): Promise<void> {
    const number = this.#snapshotNumber + 1;
    const journal = await writeSnapshot(join(this.#context.home, 'tables'), {
      number,
      payload,
      context: this.#context,
    });
    await this.#journal.close();
    this.#journal = journal;
    this.#snapshotNumber = number;
  }
}
