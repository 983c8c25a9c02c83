/** Rows of a ledger: entries, their numbers in chains, the rooms and records they name. */
import { decodeEntry } from '@strongroom/authority';
import type { Body } from '@strongroom/authority';
import type { EntryWriter, Reader, VaultStore, VaultTables, Writer } from '../storage/index.ts';
import type { Judgement } from './book.ts';

/** An entry that gets a row. */
export type NewEntry = {
  readonly index: number;
  readonly atMs: number;
  readonly entry: Uint8Array;
  readonly hash: Uint8Array;
  readonly bodyHash: Uint8Array;
  readonly judgement: Judgement & { readonly kind: 'applied' };
  readonly payload?: { readonly salt: Uint8Array; readonly bytes: Uint8Array } | undefined;
};

/** An entry as the fold reads it again. */
export type StoredEntry = {
  readonly index: number;
  readonly entry: Uint8Array;
  readonly voidCode: string | null;
};

const pageRows = 1_000;

export function insertEntry(entries: EntryWriter, one: NewEntry): void {
  const { body } = decodeEntry(one.entry);
  const position = one.index;
  entries.insertEntry({
    position,
    at_ms: one.atMs,
    kind: body.k,
    entry: one.entry,
    entry_hash: one.hash,
    body_hash: one.bodyHash,
    void_code: null,
  });
  if (one.payload !== undefined)
    entries.insertPayload({ position, salt: one.payload.salt, payload: one.payload.bytes });
  insertPlaces(entries, position, one.judgement);
  const { rooms, records } = listNames(body);
  for (const room of rooms) entries.insertRoom({ room, position });
  for (const record of records) entries.insertRecord({ record, position });
}

function insertPlaces(entries: EntryWriter, position: number, judgement: Judgement): void {
  if (judgement.kind === 'void') return;
  for (const { id, n } of judgement.chains) entries.insertPlace({ chain: id, number: n - 1, position });
}

/** Makes the rows agree with a fold made anew, from the first entry whose judgement changed. */
export async function rewriteJudgements(
  writer: Writer<VaultTables>,
  entries: EntryWriter,
  judgements: readonly (readonly [index: number, judgement: Judgement])[],
): Promise<void> {
  const first = judgements[0]?.[0];
  if (first === undefined) return;
  await writer.deleteFrom('chain_places').where('position', '>=', first).execute();
  for (const [position, judgement] of judgements) {
    await writer
      .updateTable('entries')
      .set({ void_code: judgement.kind === 'void' ? judgement.code : null })
      .where('position', '=', position)
      .execute();
    insertPlaces(entries, position, judgement);
    if (judgement.kind === 'void') await dropRowsOf(writer, position);
  }
}

/** Marks entries void that changed nothing but themselves. */
export async function writeVoids(
  writer: Writer<VaultTables>,
  voids: readonly (readonly [index: number, code: string])[],
): Promise<void> {
  for (const [position, code] of voids)
    await writer.updateTable('entries').set({ void_code: code }).where('position', '=', position).execute();
}

/** Whether all these entries are lines that no later entry rests on: they have no place in a chain. */
export async function areLinesAlone(
  reader: Reader<VaultTables>,
  positions: readonly number[],
): Promise<boolean> {
  const rows = await reader.selectFrom('entries').select('kind').where('position', 'in', positions).execute();
  return rows.every(({ kind }) => linesAlone.has(kind));
}

const linesAlone: ReadonlySet<string> = new Set<Body['k']>([
  'released',
  'listed',
  'leased',
  'refused',
  'signed-in',
]);

/** What was written with an entry that turned out void: a version with its wraps, attachments, a client's code. Its body becomes an orphan. */
async function dropRowsOf(writer: Writer<VaultTables>, position: number): Promise<void> {
  const version = await writer
    .deleteFrom('versions')
    .where('position', '=', position)
    .returning(['record', 'version', 'room'])
    .executeTakeFirst();
  if (version !== undefined)
    await writer
      .deleteFrom('wraps')
      .where('record', '=', version.record)
      .where('version', '=', version.version)
      .where('room', '=', version.room)
      .execute();
  await writer.deleteFrom('attachments').where('position', '=', position).execute();
  const row = await writer
    .selectFrom('entries')
    .select('entry')
    .where('position', '=', position)
    .where('kind', '=', 'room.created')
    .executeTakeFirst();
  const body = row === undefined ? undefined : decodeEntry(row.entry).body;
  if (body?.k !== 'room.created' || body.client === undefined) return;
  await writer.deleteFrom('clients').where('code', '=', body.client).where('room', '=', body.room).execute();
}

/** All entries in order, a page at a time. */
export async function* readEntries(store: VaultStore): AsyncGenerator<StoredEntry> {
  for (let from = 0; ; from += pageRows) {
    const rows = await store.read((db) =>
      db
        .selectFrom('entries')
        .select(['position', 'entry', 'void_code'])
        .where('position', '>=', from)
        .where('position', '<', from + pageRows)
        .orderBy('position')
        .execute(),
    );
    for (const row of rows) yield { index: row.position, entry: row.entry, voidCode: row.void_code };
    if (rows.length < pageRows) return;
  }
}

/** Where a ledger ends. */
export async function readLast(
  store: VaultStore,
): Promise<{ size: number; atMs: number; officeSize: number; voids: [number, string][] }> {
  return await store.read(async (db) => {
    const last = await db
      .selectFrom('entries')
      .select(['position', 'entry'])
      .orderBy('position', 'desc')
      .limit(1)
      .executeTakeFirst();
    const voids = await db
      .selectFrom('entries')
      .select(['position', 'void_code'])
      .where('void_code', 'is not', null)
      .execute();
    const refusals = await db
      .selectFrom('entries')
      .select('entry')
      .where('kind', '=', 'warden.refused')
      .execute();
    const refused = refusals.flatMap(({ entry }): [number, string][] => {
      const { body } = decodeEntry(entry);
      return body.k === 'warden.refused' ? [[body.index, body.code]] : [];
    });
    const entry = last === undefined ? undefined : decodeEntry(last.entry);
    return {
      size: last === undefined ? 0 : last.position + 1,
      atMs: entry?.atMs ?? 0,
      officeSize: entry?.officeSize ?? 0,
      voids: [...refused, ...voids.map((row): [number, string] => [row.position, row.void_code ?? ''])],
    };
  });
}

/** The rooms and records that a body names, each once: what `entry_rooms` and `entry_records` hold. */
export function listNames(body: Body): { rooms: ReadonlySet<string>; records: ReadonlySet<string> } {
  const rooms = new Set<string>();
  const records = new Set<string>();
  if ('c' in body && body.c[0].startsWith('rom_')) rooms.add(body.c[0]);
  if ('room' in body) rooms.add(body.room);
  if ('record' in body) records.add(body.record);
  if (body.k === 'released') {
    for (const [room, record] of body.parts) {
      rooms.add(room);
      records.add(record);
    }
  }
  if (body.k === 'leased') for (const [room] of body.rooms) rooms.add(room);
  if (body.k === 'disposal.proposed' || body.k === 'destroyed' || body.k === 'destruction.found')
    for (const [record] of body.items) records.add(record);
  return { rooms, records };
}
