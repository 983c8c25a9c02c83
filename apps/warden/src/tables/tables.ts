// long: one state is applied, replayed, encoded and decoded; halves of it would hand each other all of its fields.
/**
 * Everything the warden knows that is no secret: ledgers, who may, slots, counters, disposals. Invariant: the tables are a
 * function of the journal: every change is a record, and what is made live is made again from it at a start. The authority
 * folds each entry of a batch before `applyItem` (live: while it is judged; at a start: in `replay`).
 */
import {
  createOfficeState,
  createVaultState,
  decodeEntry,
  decodeOfficeState,
  decodeVaultState,
  encodeState,
  findVault,
  judgeVerified,
} from '@strongroom/authority';
import type {
  Entry,
  OfficeState,
  Request,
  RoomId,
  Shared,
  States,
  VaultState,
  Written,
} from '@strongroom/authority';
import {
  IntegrityError,
  StrongroomError,
  decodeCbor,
  encodeCbor,
  encodeSealContext,
  hashSealContext,
  officeId,
} from '@strongroom/core';
import type { CborValue, Engine, VaultId } from '@strongroom/core';
import { wardenLimits } from '../limits.ts';
import { nextPosition, positionAtStart } from '../standby/position.ts';
import type { Position } from '../standby/position.ts';
import type { ListRow } from '../protocol/messages.ts';
import { decodePlan, encodePlan } from './restore-plan.ts';
import type { PlannedLedger, RestorePlan } from './restore-plan.ts';
import { DisposalTable } from './disposal-table.ts';
import type { BatchItem, JournalRecord, OwnRecord } from './journal-record.ts';
import { LedgerTable, nameVersion, readOwnBody } from './ledger-table.ts';
import { ReleaseCounters } from './release-counters.ts';
import { SlotTable } from './slot-table.ts';

const snapshotLimits = { sizeBytesMax: 2_147_483_647, depthMax: 12 } as const;
const snapshotFormat = 3;
/** Without the place in the row of records. */
const snapshotFormatBefore = 2;
const dayMs = 86_400_000;
const topClass = 3;

type Clocks = { readonly nowMs: number; readonly monotonicMs: number };

export class Tables {
  readonly #engine: Engine;
  readonly ledgers: Map<string, LedgerTable> = new Map();
  readonly #vaults = new Map<string, VaultState>();
  #office: OfficeState = createOfficeState();
  slots: SlotTable = new SlotTable();
  counters: ReleaseCounters = new ReleaseCounters();
  disposals: DisposalTable = new DisposalTable();
  /** Where this state was last started, see `describePlace`. */
  place = '';
  /** How many records made this state, and their running hash. */
  position: Position = positionAtStart;
  /** Office sizes with the warden's time at which it had them, ascending. */
  #officeTimes: [size: number, atMs: number][] = [];
  /** Entries of a restored ledger that were void before, until the line that says so is read in. */
  readonly #claims = new Map<string, Set<number>>();
  /** Slots of which a line says that they were found destroyed after a restore, by ledger: it is said once. */
  readonly #said = new Map<string, Set<number>>();
  /** What may be read in after a restore; undefined where nothing is read in. */
  plan: RestorePlan | undefined;
  /** Device and room to the last lease. */
  readonly #leases = new Map<string, number>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  get office(): OfficeState {
    return this.#office;
  }

  /** The table of a ledger, made when it is asked for first. */
  ledger(id: string): LedgerTable {
    let table = this.ledgers.get(id);
    if (table === undefined) {
      table = new LedgerTable(this.#engine);
      this.ledgers.set(id, table);
    }
    return table;
  }

  /** The states that entries of a ledger are judged by. */
  states(ledger: string): States {
    if (ledger === officeId) return { office: this.#office };
    let vault = this.#vaults.get(ledger);
    if (vault === undefined) {
      vault = createVaultState(ledger as VaultId);
      this.#vaults.set(ledger, vault);
    }
    return { office: this.#office, vault };
  }

  /** The rooms of a ledger. */
  rooms(ledger: string): VaultState {
    return this.states(ledger).vault ?? this.#office.own;
  }

  /** The office size that the warden had this long ago; entries must not name a smaller one. */
  officeSizeBefore(nowMs: number, lagMs: number): number {
    return this.#officeTimes.findLast(([, atMs]) => nowMs - atMs >= lagMs)?.[0] ?? 0;
  }

  /** Whether a request asks for something of the top class: by the room's class in force, or by that of a version when it was written. */
  isTopClass(ledger: string, request: Request, rows: readonly ListRow[] = []): boolean {
    const { rooms } = this.rooms(ledger);
    const { topVersions } = this.ledger(ledger);
    const isTopRoom = (room: string): boolean => rooms.get(room as RoomId)?.class === topClass;
    const isTopVersion = (record: string, version: number): boolean =>
      topVersions.has(nameVersion(record, version));
    switch (request.k) {
      case 'open':
        return request.parts.some(
          ([room, record, version]) => isTopRoom(room) || isTopVersion(record, version),
        );
      case 'list':
        return isTopRoom(request.room) || rows.some(([record, version]) => isTopVersion(record, version));
      case 'lease':
        return request.rooms.some(([room]) => isTopRoom(room));
    }
  }

  isLeased(device: string, room: string, nowMs: number): boolean {
    const atMs = this.#leases.get(`${device} ${room}`);
    return atMs !== undefined && nowMs - atMs < dayMs;
  }

  /** Indexes of a ledger that were void before a restore, and whose line was not read in. */
  claims(ledger: string): readonly number[] {
    return [...(this.#claims.get(ledger) ?? [])];
  }

  /** Whether a line says of a slot that it was found destroyed. */
  isSaid(ledger: string, slot: number): boolean {
    return this.#said.get(ledger)?.has(slot) === true;
  }

  /** Whether a ledger, or the office that it is judged by, is not whole yet after a restore. */
  isReadingIn(ledger: string): boolean {
    const office = this.planned(officeId);
    if (office !== undefined && this.ledger(officeId).size <= office.size) return true;
    const size = findVault(this.#office, ledger as VaultId)?.restores?.at(-1)?.size ?? 0;
    return ledger !== officeId && this.ledger(ledger).size < size;
  }

  /** What a ledger is to be when it has been read in. */
  planned(ledger: string): PlannedLedger | undefined {
    return this.plan?.ledgers.get(ledger);
  }

  /** Tables without ledgers: what begins a new edition. No slot that was handed out is handed out again. */
  beginAgain(nowMs: number, plan: RestorePlan): Tables {
    const next = new Tables(this.#engine);
    next.plan = plan;
    next.slots = SlotTable.decode(
      decodeCbor(encodeCbor(this.slots.encode(nowMs), snapshotLimits), snapshotLimits),
    );
    next.slots.skip(true);
    next.place = this.place;
    return next;
  }

  /** Changes the tables by one entry that the authority has folded. */
  applyItem(
    ledger: string,
    item: BatchItem,
    { atMs, index }: { readonly atMs: number; readonly index: number },
  ): void {
    const table = this.ledger(ledger);
    table.append(item.entry);
    if (item.void !== undefined) table.addVoid(index);
    const entry = findEntry(item.entry);
    if (entry === undefined) return;
    const isOwn = table.findOwn(entry.bodyBytes);
    if (isOwn !== undefined) table.own = table.own.filter((found) => found !== isOwn);
    const { body } = entry;
    if (item.isHistory === true && item.void !== undefined) {
      this.#claims.set(ledger, new Set([...this.claims(ledger), index]));
      return;
    }
    if (body.k === 'warden.refused') this.#claims.get(ledger)?.delete(body.index);
    if (item.void !== undefined) {
      // An intent that came too late, because a hold was faster: the disposal is looked at again.
      if (body.k !== 'destruction.intended') return;
      const found = this.disposals.find(ledger, body.disposal);
      if (isOwn !== undefined && found?.state === 'intending') found.state = 'waiting';
      this.disposals.refuseIntent(ledger, body.disposal, this.#engine.sha256(entry.bodyBytes));
      return;
    }
    if (item.use !== undefined) {
      this.counters.apply(item.use, { atMs, index });
      for (const room of item.leases ?? []) this.#leases.set(`${item.use.device} ${room}`, atMs);
    }
    switch (body.k) {
      case 'written':
        if (body.class === topClass) table.topVersions.add(nameVersion(body.record, body.version));
        this.#observe(ledger, body);
        return;
      case 'shared':
        this.#observe(ledger, body);
        return;
      case 'disposal.approved': {
        const itemCount = this.rooms(ledger).disposals.get(body.disposal)?.count ?? 0;
        this.disposals.approve({
          vault: ledger,
          disposal: body.disposal,
          itemCount,
          approvedAtMs: atMs,
          dueAtMs: item.dueAtMs ?? Number.MAX_SAFE_INTEGER,
          stopCode: item.stop === '' ? undefined : item.stop,
          state: 'waiting',
          voidIntents: [],
        });
        return;
      }
      case 'destruction.intended': {
        const found = this.disposals.find(ledger, body.disposal);
        if (found !== undefined) found.state = 'intended';
        return;
      }
      case 'disposal.stopped':
      case 'destruction.stopped':
      case 'destroyed':
        this.disposals.remove(ledger, body.disposal);
        return;
      case 'destruction.found': {
        const said = this.#said.get(ledger) ?? new Set();
        for (const [, , , slot] of body.items) said.add(slot);
        this.#said.set(ledger, said);
        return;
      }
      case 'hour.cut': {
        // One that this state made is cut in it already; one of a forgotten time is cut here, held blocks apart as then.
        const { rooms } = this.rooms(ledger);
        const held = [...rooms.values()].filter(({ holds }) => holds.size > 0).map(({ id }) => id);
        if (isOwn === undefined) this.slots.applyCut(ledger, body.hour, new Set(held));
        return;
      }
      default:
        return;
    }
  }

  /** Changes the tables by a record. The items of a batch have been folded and applied one by one. */
  apply(record: JournalRecord, clocks: Clocks): void {
    switch (record.k) {
      case 'start':
        this.place = record.place;
        this.slots.skip(record.isCopy);
        return;
      case 'slots':
        this.slots.applyBlock(record.block);
        return;
      case 'used':
        for (const use of record.uses) this.slots.applyUse(use);
        return;
      case 'fork':
        this.ledger(record.ledger).isForked = true;
        return;
      case 'own':
        this.#addOwn(record.ledger, record.own, clocks);
        return;
      case 'batch':
        this.#addOwn(record.ledger, record.own, clocks);
        if (record.ledger === officeId) this.#noteOfficeTime(record.atMs);
        this.counters.prune(record.atMs);
        return;
    }
  }

  /** Notes the bytes of a record that was applied: two states with one position came from the same records. */
  advance(bytes: Uint8Array): void {
    this.position = nextPosition(this.#engine, this.position, bytes);
  }

  /** Makes a record that was read from the journal again. @throws IntegrityError WARDEN_STATE_CORRUPT */
  replay(record: JournalRecord, clocks: Clocks): void {
    if (record.k === 'batch') {
      const { ledger, atMs } = record;
      if (this.ledger(ledger).size !== record.from) throw corrupt('from');
      for (const [place, item] of record.items.entries()) {
        const index = record.from + place;
        const isRefused = item.void !== undefined;
        const at = { index, ledger: ledger as VaultId, isRefused };
        const verdict = judgeVerified(
          this.#engine,
          this.states(ledger),
          findEntry(item.entry) ?? item.entry,
          at,
        );
        if (!isRefused && verdict.kind === 'void') throw corrupt('verdict');
        this.applyItem(ledger, item, { atMs, index });
      }
    }
    this.apply(record, clocks);
  }

  encode(nowMs: number): Uint8Array {
    return encodeCbor(
      [
        snapshotFormat,
        [...this.ledgers].map(([id, table]): CborValue => [id, table.encode()]),
        encodeState(this.#office),
        [...this.#vaults].map(([id, vault]): CborValue => [id, encodeState(vault)]),
        this.slots.encode(nowMs),
        this.counters.encode(),
        this.disposals.encode(),
        this.place,
        this.#officeTimes,
        [...this.#leases].filter(([, atMs]) => nowMs - atMs < dayMs),
        [this.position.count, this.position.hash],
        [...this.#claims].map(([ledger, indexes]): CborValue => [ledger, [...indexes]]),
        this.plan === undefined ? null : encodePlan(this.plan),
        [...this.#said].map(([ledger, slots]): CborValue => [ledger, [...slots]]),
      ],
      snapshotLimits,
    );
  }

  /** @throws IntegrityError WARDEN_STATE_CORRUPT */
  static decode(engine: Engine, bytes: Uint8Array, monotonicMs: number): Tables {
    const value = decodeCbor(bytes, snapshotLimits) as CborValue[];
    if (value[0] !== snapshotFormat && value[0] !== snapshotFormatBefore) throw corrupt('snapshot');
    const [
      ,
      ledgers,
      office,
      vaults,
      slots,
      counters,
      disposals,
      place,
      officeTimes,
      leases,
      position,
      claims,
      plan,
      said,
    ] = value as unknown as [
      number,
      [string, CborValue][],
      Uint8Array,
      [string, Uint8Array][],
      CborValue,
      CborValue,
      CborValue,
      string,
      [number, number][],
      [string, number][],
      [number, Uint8Array] | undefined,
      [string, number[]][] | undefined,
      CborValue | undefined,
      [string, number[]][] | undefined,
    ];
    const tables = new Tables(engine);
    for (const [id, table] of ledgers) tables.ledgers.set(id, LedgerTable.decode(engine, table, monotonicMs));
    tables.#office = decodeOfficeState(office);
    for (const [id, state] of vaults) tables.#vaults.set(id, decodeVaultState(state));
    tables.slots = SlotTable.decode(slots);
    tables.counters = ReleaseCounters.decode(counters);
    tables.disposals = DisposalTable.decode(disposals);
    tables.place = place;
    if (position !== undefined) tables.position = { count: position[0], hash: position[1] };
    tables.#officeTimes = officeTimes;
    for (const [ledger, indexes] of claims ?? []) tables.#claims.set(ledger, new Set(indexes));
    for (const [ledger, slots] of said ?? []) tables.#said.set(ledger, new Set(slots));
    if (plan !== undefined && plan !== null) tables.plan = decodePlan(plan);
    for (const [key, atMs] of leases) tables.#leases.set(key, atMs);
    return tables;
  }

  /** What lies in a vault's slots by its ledger, where this state does not know it: it is older than the ledger. */
  #observe(ledger: string, { room, record, version, wraps }: Written | Shared): void {
    for (const { slot, part, hw: wrapContextHash } of wraps) {
      this.slots.observe(ledger, slot, room);
      if (!this.slots.isFree(ledger, slot)) continue;
      const vault = ledger as VaultId;
      const context = { vault, slot, record, version, part, room, wrapContextHash };
      const hash = hashSealContext(this.#engine, encodeSealContext(context));
      this.slots.applyUse({ vault, room, slot, hash });
    }
  }

  #addOwn(ledger: string, own: readonly OwnRecord[], { monotonicMs }: Clocks): void {
    for (const { body, signature, kept } of own) {
      this.ledger(ledger).own.push({ body, signature, sinceMs: monotonicMs });
      const { k, disposal, hour } = readOwnBody(body);
      const found = typeof disposal === 'string' ? this.disposals.find(ledger, disposal) : undefined;
      if (found !== undefined && k === 'destruction.intended') found.state = 'intending';
      if (found !== undefined && k === 'destroyed') found.state = 'destroyed';
      if (found !== undefined && k === 'destruction.stopped') found.state = 'stopping';
      if (k === 'hour.cut' && typeof hour === 'number') this.slots.applyCut(ledger, hour, new Set(kept));
    }
  }

  #noteOfficeTime(atMs: number): void {
    this.#officeTimes.push([this.ledger(officeId).size, atMs]);
    const old = this.#officeTimes.findLastIndex(([, time]) => atMs - time >= wardenLimits.officeLagMsMax);
    if (old > 0) this.#officeTimes.splice(0, old);
  }
}

/** Strict decoding is dear and an entry is looked at several times on its way; nobody changes its bytes. */
const decoded = new WeakMap<Uint8Array, { readonly entry: Entry | undefined }>();

/** The entry of bytes, undefined for bytes that are none. */
export function findEntry(bytes: Uint8Array): Entry | undefined {
  let found = decoded.get(bytes);
  if (found === undefined) {
    found = { entry: decodeOrNothing(bytes) };
    decoded.set(bytes, found);
  }
  return found.entry;
}

function decodeOrNothing(bytes: Uint8Array): Entry | undefined {
  try {
    return decodeEntry(bytes);
  } catch (error) {
    // Such bytes keep their index and are void.
    if (error instanceof StrongroomError) return undefined;
    throw error;
  }
}

function corrupt(reason: string): IntegrityError {
  return new IntegrityError('WARDEN_STATE_CORRUPT', { file: 'journal', reason });
}
