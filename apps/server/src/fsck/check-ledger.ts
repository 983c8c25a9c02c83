/**
 * One ledger's database from its entries up: every column that repeats an entry, every place in a chain, every index row, payload, tile,
 * cosigned checkpoint, and every root that a device cited. Nothing is written, and nothing of the database is believed but the entries;
 * they are believed as far as the signatures in them and the firm's root go.
 */
import { decodeEntry, judge, ledgerKeysOf, ledgerKeysUnder, payloadCommitment } from '@strongroom/authority';
import type { Entry, OfficeState, States, Verdict } from '@strongroom/authority';
import { encodeHex, encodeUtf8, hashLabelled, officeId, StrongroomError } from '@strongroom/core';
import type { VaultId } from '@strongroom/core';
import type { NodeEngine } from '@strongroom/core/node';
import {
  appendLeaves,
  leafHash,
  parseCheckpoint,
  parseNote,
  parseNoteKey,
  RightEdge,
  verifyCheckpoint,
} from '@strongroom/ledger';
import type { DatabaseSync } from 'node:sqlite';
import { listNames } from '../sequencer/index.ts';
import { isAboutBytes } from '../time-stamps/check-time-stamp.ts';
import { TileComparison } from './compare-tiles.ts';
import { assertSame, DifferenceFound } from './difference.ts';
import type { Difference } from './difference.ts';

type Row = Readonly<Record<string, unknown>>;

/** The tables with signed checkpoints, and how they are read. */
const signedHeads = {
  cosigned_heads: 'select witness as name, size, note from cosigned_heads',
  time_stamps: 'select size as name, size, note, answer from time_stamps',
} as const;

/** A ledger after its check. */
export interface CheckedLedger {
  readonly ledger: VaultId;
  readonly size: number;
  /** Hexadecimal. */
  readonly root: string;
  readonly voids: number;
  /** Payloads that are no more: they may be erased on schedule. */
  readonly erased: number;
  /** Cosigned checkpoints that were checked, and roots that devices cited. */
  readonly heads: number;
  readonly difference?: Difference;
}

/** What the check of one ledger needs of the others. */
export interface LedgerTask {
  readonly ledger: VaultId;
  /** Folded to its end for a vault; empty for the office, which is folded here. */
  readonly office: OfficeState;
  readonly states: States;
  /** Roots of the office at the sizes that entries cite, from the office's check. */
  readonly officeRoots: ReadonlyMap<number, string>;
  /** Sizes to answer roots of, besides those this ledger cites of itself. */
  readonly sizes: Iterable<number>;
}

/** What came of it. */
export interface LedgerOutcome {
  readonly checked: CheckedLedger;
  readonly roots: ReadonlyMap<number, string>;
  readonly firstHash: string | undefined;
}

/** Checks one open database. Every difference is an answer; only a database that cannot be read throws. */
export async function checkLedger(
  engine: NodeEngine,
  database: DatabaseSync,
  task: LedgerTask,
): Promise<LedgerOutcome> {
  const check = new LedgerCheck(engine, database, task);
  let difference: Difference | undefined;
  try {
    await check.run();
  } catch (cause) {
    if (!(cause instanceof DifferenceFound)) throw cause;
    ({ difference } = cause);
  }
  return check.outcome(difference);
}

class LedgerCheck {
  readonly #engine: NodeEngine;
  readonly #database: DatabaseSync;
  readonly #task: LedgerTask;
  readonly #edge: RightEdge;
  readonly #roots = new Map<number, string>();
  readonly #places = new Map<string, number>();
  #firstHash: string | undefined;
  #voids = 0;
  #erased = 0;
  #heads = 0;
  #payloads = 0;
  #rooms = 0;
  #records = 0;
  readonly #statements = new Map<string, ReturnType<DatabaseSync['prepare']>>();

  constructor(engine: NodeEngine, database: DatabaseSync, task: LedgerTask) {
    this.#engine = engine;
    this.#database = database;
    this.#task = task;
    this.#edge = RightEdge.create(engine);
  }

  outcome(difference: Difference | undefined): LedgerOutcome {
    return {
      checked: {
        ledger: this.#task.ledger,
        size: this.#edge.size,
        root: encodeHex(this.#edge.root()),
        voids: this.#voids,
        erased: this.#erased,
        heads: this.#heads,
        ...(difference === undefined ? {} : { difference }),
      },
      roots: this.#roots,
      firstHash: this.#firstHash,
    };
  }

  async run(): Promise<void> {
    this.#assertReadable();
    const { refused, sizes } = this.#look();
    const tiles = new TileComparison((level, tile) => {
      const [row] = this.#all('select hashes from tiles where level = ? and tile = ?', level, tile);
      return row?.['hashes'] as Uint8Array | undefined;
    });
    let expected = 0;
    for (const row of this.#each('select * from entries order by position')) {
      assertSame(row['position'], expected, {
        table: 'entries',
        what: 'position',
        row: String(expected),
        line: expected,
      });
      await this.#checkEntry(row, expected, refused.get(expected), tiles);
      expected += 1;
      if (sizes.has(expected)) this.#roots.set(expected, encodeHex(this.#edge.root()));
    }
    const count = tiles.finish();
    this.#assertCount('tiles', count);
    this.#checkChains();
    this.#assertCount('payloads', this.#payloads);
    this.#assertCount('entry_rooms', this.#rooms);
    this.#assertCount('entry_records', this.#records);
    this.#checkAttachments();
    await this.#checkHeads();
  }

  /** A first look: which lines the warden refused, and of which sizes somebody knows the root. */
  #look(): { readonly refused: ReadonlyMap<number, string>; readonly sizes: ReadonlySet<number> } {
    const refused = new Map<number, string>();
    const sizes = new Set<number>(this.#task.sizes);
    for (const row of this.#each('select position, entry from entries order by position')) {
      const entry = findEntry(row['entry']);
      if (entry?.body.k === 'warden.refused') refused.set(entry.body.index, entry.body.code);
      for (const { ledger, size } of entry === undefined ? [] : citedHeads(this.#task.ledger, entry))
        if (ledger === this.#task.ledger) sizes.add(size);
    }
    for (const { row } of this.#signedHeads()) sizes.add(Number(row['size']));
    return { refused, sizes };
  }

  async #checkEntry(
    row: Row,
    index: number,
    refusal: string | undefined,
    tiles: TileComparison,
  ): Promise<void> {
    const engine = this.#engine;
    const at = (what: string): { table: string; what: string; row: string; line: number } => ({
      table: 'entries',
      what,
      row: String(index),
      line: index,
    });
    const bytes = row['entry'];
    const entry = findEntry(bytes);
    if (entry === undefined) throw new DifferenceFound(at('entry'));
    const hash = leafHash(engine, entry.bytes);
    if (index === 0) this.#firstHash = encodeHex(hash);
    assertSame(row['entry_hash'], hash, at('entry_hash'));
    assertSame(row['at_ms'], entry.atMs, at('at_ms'));
    assertSame(row['kind'], entry.body.k, at('kind'));
    const draft = hashLabelled(
      engine,
      'draft',
      entry.bodyBytes,
      ...entry.sigs.map(([, signature]) => signature),
    );
    assertSame(row['body_hash'], draft, at('body_hash'));
    appendLeaves(tiles, this.#edge, [hash]);
    this.#checkCited(entry, index);
    this.#checkPayload(entry, index);
    this.#checkNames(entry, index);
    await this.#checkVerdict(row, entry, index, refusal);
  }

  async #checkVerdict(row: Row, entry: Entry, index: number, refusal: string | undefined): Promise<void> {
    const { ledger, states } = this.#task;
    const where = { table: 'entries', what: 'void_code', row: String(index), line: index };
    let verdict: Verdict;
    try {
      verdict = await judge(this.#engine, states, entry, { index, ledger, isRefused: refusal !== undefined });
    } catch (cause) {
      if (cause instanceof StrongroomError) throw new DifferenceFound({ ...where, what: 'entry' });
      throw cause;
    }
    if (verdict.kind === 'void') {
      this.#voids += 1;
      assertSame(row['void_code'], refusal ?? verdict.code, where);
      return;
    }
    assertSame(row['void_code'], null, where);
    for (const step of [verdict.chain, verdict.also])
      if (step !== undefined) this.#places.set(`${step.id} ${step.n - 1}`, index);
  }

  /** The roots in `pos`: a device verified and signed them. */
  #checkCited(entry: Entry, index: number): void {
    for (const { ledger, size, root } of citedHeads(this.#task.ledger, entry)) {
      const known = ledger === this.#task.ledger ? this.#roots.get(size) : this.#task.officeRoots.get(size);
      if (known === undefined) continue;
      this.#heads += 1;
      assertSame(encodeHex(root), known, { table: 'entries', what: 'pos', row: String(index), line: index });
    }
  }

  #checkPayload(entry: Entry, index: number): void {
    const [row] = this.#all('select salt, payload from payloads where position = ?', index);
    const where = { table: 'payloads', what: 'payload', row: String(index), line: index };
    if (row === undefined) {
      if (entry.payload !== null) this.#erased += 1;
      return;
    }
    const [salt, payload] = [row['salt'], row['payload']];
    this.#payloads += 1;
    const isSalt = salt instanceof Uint8Array && salt.length === 32;
    if (entry.payload === null || !isSalt || !(payload instanceof Uint8Array))
      throw new DifferenceFound(where);
    assertSame(payloadCommitment(this.#engine, salt, payload), entry.payload, where);
  }

  #checkNames(entry: Entry, index: number): void {
    const { rooms, records } = listNames(entry.body);
    this.#rooms += rooms.size;
    this.#records += records.size;
    for (const [table, column, names] of [
      ['entry_rooms', 'room', rooms],
      ['entry_records', 'record', records],
    ] as const) {
      for (const name of names) {
        const [row] = this.#all(`select 1 from ${table} where ${column} = ? and position = ?`, name, index);
        if (row === undefined)
          throw new DifferenceFound({ table, what: 'missing', row: `${name} ${index}`, line: index });
      }
    }
  }

  #checkChains(): void {
    for (const row of this.#each('select * from chain_places order by position')) {
      const key = `${String(row['chain'])} ${String(row['number'])}`;
      const line = Number(row['position']);
      assertSame(line, this.#places.get(key), { table: 'chain_places', what: 'position', row: key, line });
      this.#places.delete(key);
    }
    const [left] = this.#places;
    if (left !== undefined)
      throw new DifferenceFound({ table: 'chain_places', what: 'missing', row: left[0], line: left[1] });
  }

  /** An attachment is what its hash says, and the entry it lies beside names that hash. */
  #checkAttachments(): void {
    for (const row of this.#each('select * from attachments')) {
      const { hash, bytes } = row;
      const line = Number(row['position']);
      const where = { table: 'attachments', what: 'bytes', row: String(line), line };
      if (!(bytes instanceof Uint8Array) || !(hash instanceof Uint8Array)) throw new DifferenceFound(where);
      assertSame(hashLabelled(this.#engine, 'attachment', bytes), hash, where);
      const [beside] = this.#all('select entry from entries where position = ?', line);
      const isNamed = beside?.['entry'] instanceof Uint8Array && Buffer.from(beside['entry']).includes(hash);
      if (!isNamed) throw new DifferenceFound({ ...where, what: 'position' });
    }
  }

  /** Checkpoints that witnesses cosigned or an authority stamped: signed by the ledger's key, and of the tree that the entries make. */
  async #checkHeads(): Promise<void> {
    const { office, ledger } = this.#task;
    const keys = ledgerKeysOf(this.#engine, office, ledger);
    const keysOf = (table: string, origin: string): ReturnType<typeof ledgerKeysOf> =>
      // A restore drops cosignatures, and keeps what was stamped under the name from before.
      table === 'time_stamps' ? ledgerKeysUnder(this.#engine, office, { ledger, origin }) : keys;
    for (const { table, row } of this.#signedHeads()) {
      const where = { table, what: 'note', row: String(row['name']), line: Number(row['size']) };
      const { note, answer } = row;
      if (typeof note !== 'string') throw new DifferenceFound(where);
      try {
        const { origin, size: claimed } = parseCheckpoint(parseNote(note).text);
        const logs = keysOf(table, origin)
          .filter(({ sizeMax = claimed }) => claimed <= sizeMax)
          .map(({ vkey }) => parseNoteKey(this.#engine, vkey));
        const { size, root } = await verifyCheckpoint(this.#engine, note, { logs });
        assertSame(row['size'], size, { ...where, what: 'size' });
        assertSame(encodeHex(root), this.#roots.get(size), where);
        const isStamp = answer instanceof Uint8Array && isAboutBytes(answer, encodeUtf8(note));
        if (table === 'time_stamps' && !isStamp) throw new DifferenceFound({ ...where, what: 'answer' });
        this.#heads += 1;
      } catch (cause) {
        throw cause instanceof StrongroomError && !(cause instanceof DifferenceFound)
          ? new DifferenceFound(where)
          : cause;
      }
    }
  }

  /** None in a database of a version that knew no witnesses, or no time stamps. */
  #signedHeads(): readonly { readonly table: string; readonly row: Row }[] {
    return Object.entries(signedHeads).flatMap(([table, sql]) => {
      const [found] = this.#all('select 1 from sqlite_schema where name = ?', table);
      return found === undefined ? [] : this.#all(sql).map((row) => ({ table, row }));
    });
  }

  #assertReadable(): void {
    const [row] = this.#all('pragma quick_check(1)');
    const said = String(Object.values(row ?? {})[0]);
    if (said !== 'ok') throw new DifferenceFound({ table: 'database', what: 'damaged', row: said });
  }

  /** Nothing stands there that no entry gives. */
  #assertCount(table: 'tiles' | 'payloads' | 'entry_rooms' | 'entry_records', expected: number): void {
    const [row] = this.#all(`select count(*) as count from ${table}`);
    assertSame(row?.['count'], expected, { table, what: 'too-many', row: '' });
  }

  #all(sql: string, ...parameters: (string | number)[]): readonly Row[] {
    return this.#statement(sql).all(...parameters);
  }

  #each(sql: string): Iterable<Row> {
    return this.#database.prepare(sql).iterate() as Iterable<Row>;
  }

  #statement(sql: string): ReturnType<DatabaseSync['prepare']> {
    const found = this.#statements.get(sql) ?? this.#database.prepare(sql);
    this.#statements.set(sql, found);
    return found;
  }
}

function findEntry(bytes: unknown): Entry | undefined {
  if (!(bytes instanceof Uint8Array)) return undefined;
  try {
    return decodeEntry(bytes);
  } catch (cause) {
    if (cause instanceof StrongroomError) return undefined;
    throw cause;
  }
}

/** Sizes and roots that an entry cites, of ledgers of the first edition; size 0 says nothing. */
export function citedHeads(
  ledger: VaultId,
  { body }: Entry,
): readonly { readonly ledger: VaultId; readonly size: number; readonly root: Uint8Array }[] {
  if (!('pos' in body)) return [];
  const cited = [
    { ledger: officeId, place: body.pos.o },
    { ledger, place: body.pos.v },
  ];
  return cited.flatMap(({ ledger: of, place }) =>
    place === undefined || place[0] !== 0 || place[1] === 0
      ? []
      : [{ ledger: of, size: place[1], root: place[2] }],
  );
}
