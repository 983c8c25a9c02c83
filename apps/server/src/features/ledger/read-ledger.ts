/** Reading a ledger: checkpoint, proofs, lines, the files of its export. */
import {
  decodeEntry,
  decodeRequest,
  findGrant,
  isWalled,
  mayReadLedger,
  roomsOfRequest,
} from '@strongroom/authority';
import type { PersonId, RoomId } from '@strongroom/authority';
import {
  AccessError,
  decodeCbor,
  encodeUtf8,
  InputError,
  isBytes,
  isId,
  StrongroomError,
} from '@strongroom/core';
import type { VaultId } from '@strongroom/core';
import {
  encodeEntryBundle,
  formatPolicy,
  parseEntriesRequest,
  parseTilePath,
  tileWidthAt,
  tileWidthMax,
} from '@strongroom/ledger';
import { limits } from '@strongroom/protocol';
import type { ServerContext } from '../../context.ts';
import type { Handler } from '../../handler.ts';
import { getSession } from '../sessions/index.ts';
import { getLedger, makeReceipt, proveConsistency } from './receipts.ts';

const linesDefault = 100;
const hashBytes = 32;

export const getCheckpoint: Handler<'getCheckpoint'> = async (context, { params }) =>
  context.witnesses.decorate(params.ledger, getLedger(context, params.ledger).checkpoint());

/** Who cosigns this ledger's heads, as far as the server is told to ask. */
export const getWitnesses: Handler<'getWitnesses'> = async (context, { params }) => {
  const { policy } = context.witnesses;
  if (policy === undefined) return { witnesses: [], isLate: false, readers: [] };
  const { witnesses = [], head, isLate = false } = context.witnesses.report(params.ledger) ?? {};
  return {
    policy: formatPolicy(context.engine, policy.policy),
    witnesses: [...witnesses],
    ...(head === undefined ? {} : { head }),
    isLate,
    readers: listReaders(context),
  };
};

/** Time stamps that were kept, also where nobody is asked any more. */
export const getTimeStamps: Handler<'getTimeStamps'> = async (context, { params, query }) => {
  const { ledger } = params;
  if (query.from === undefined) {
    const { newest } = await context.timeStamps.report(ledger);
    return { stamps: newest === undefined ? [] : [newest] };
  }
  const count = limits.timeStampsPerCallMax;
  const stamps = await context.timeStamps.list(ledger, { from: query.from, count: count + 1 });
  const next = stamps[count]?.size;
  return { stamps: stamps.slice(0, count), ...(next === undefined ? {} : { next }) };
};

/** Everybody is told who else reads; a name that no witness in force has reads nothing, and is the operator's to mend (`doctor`). */
function listReaders({ witnesses }: ServerContext): string[] {
  return [...new Set(witnesses.readers.flatMap(({ name, isWitness }) => (isWitness ? [name] : [])))];
}

export const getConsistency: Handler<'getConsistency'> = async (context, { params, query }) => {
  const ledger = getLedger(context, params.ledger);
  if (query.from > query.to || query.to > ledger.checkpoint().size)
    throw new InputError('REQUEST_INVALID', { reason: 'size' });
  const proof = await proveConsistency(ledger, query.from, query.to);
  return { hashes: proof?.hashes ?? [] };
};

/** The receipt of an entry for whoever may read the ledger, or a room that the entry names. */
export const getInclusion: Handler<'getInclusion'> = async (context, { params, query, session }) => {
  const { person } = getSession(session);
  const rooms = await listRoomsOf(context, params.ledger, params.index);
  const isReader = mayReadAll(context, params.ledger, person);
  const isMember = rooms.some((room) => isMemberOf(context, params.ledger, room, person));
  const isTheirs = isReader ? !isWalledOff(context, rooms, person) : isMember;
  if (!isTheirs || params.index >= getLedger(context, params.ledger).checkpoint().size)
    throw new AccessError('ACCESS_DENIED');
  return await makeReceipt(context, { ledger: params.ledger, index: params.index, known: query.from ?? 0 });
};

/** Lines, newest last. Without `from` the newest ones. Members see their room's; readers all but those of rooms they are walled off. */
export const getLines: Handler<'getLines'> = async (context, { params, query, session }) => {
  const { person } = getSession(session);
  const { room, record } = query;
  const isReader = mayReadAll(context, params.ledger, person);
  if (!isReader && (room === undefined || !isMemberOf(context, params.ledger, room, person)))
    throw new AccessError('ACCESS_DENIED');
  if (room !== undefined && isWalledOff(context, [room], person)) throw new AccessError('ACCESS_DENIED');
  const size = getLedger(context, params.ledger).wardenSize;
  const count = query.count ?? linesDefault;
  const rows = await context.folders.open(params.ledger).store.read(async (db) => {
    let select = db
      .selectFrom('entries')
      .leftJoin('payloads', 'payloads.position', 'entries.position')
      .select(['entries.position', 'entries.entry', 'entries.void_code', 'payloads.salt', 'payloads.payload'])
      .where('entries.position', '<', size)
      .limit(count + 1);
    if (room !== undefined)
      select = select.where('entries.position', 'in', (inner) =>
        inner.selectFrom('entry_rooms').select('position').where('room', '=', room),
      );
    if (record !== undefined)
      select = select.where('entries.position', 'in', (inner) =>
        inner.selectFrom('entry_records').select('position').where('record', '=', record),
      );
    if (query.from !== undefined)
      return await select.where('entries.position', '>=', query.from).orderBy('entries.position').execute();
    const newest = await select.orderBy('entries.position', 'desc').limit(count).execute();
    return newest.reverse();
  });
  const shown = rows.slice(0, count);
  const lines = shown
    .filter((row) => room !== undefined || !isWalledOff(context, roomsNamed(row.entry), person))
    .map((row) => ({
      index: row.position,
      entry: row.entry,
      ...(row.salt === null ? {} : { salt: row.salt }),
      ...(row.payload === null || isWalledOff(context, roomsRefused(row.entry, row.payload), person)
        ? {}
        : { payload: row.payload }),
      ...(row.void_code === null ? {} : { voidCode: row.void_code }),
    }));
  const next = rows[count]?.position;
  return { size, lines, ...(next === undefined ? {} : { next }) };
};

/** The tlog-tiles layout: `checkpoint`, `tile/<L>/<N>[.p/<W>]`, `tile/entries/<N>[.p/<W>]`. */
export const exportLedger: Handler<'exportLedger'> = async (context, { params }) => {
  const { ledger: vault, path } = params;
  const ledger = getLedger(context, vault);
  const checkpoint = ledger.checkpoint();
  if (path === 'checkpoint') return encodeUtf8(context.witnesses.decorate(vault, checkpoint));
  const tile = parsePath(path);
  if (tile.level === 'entries') return await readBundle(context, vault, tile);
  const { level } = tile;
  if (tile.width > tileWidthAt(checkpoint.size, level, tile.index)) throw new AccessError('NOT_FOUND');
  const { store } = context.folders.open(vault);
  const row = await store.read((db) =>
    db
      .selectFrom('tiles')
      .select('hashes')
      .where('level', '=', level)
      .where('tile', '=', tile.index)
      .executeTakeFirst(),
  );
  if (row === undefined) throw new AccessError('NOT_FOUND');
  return row.hashes.slice(0, tile.width * hashBytes);
};

/** A bundle, for a witness whom the gate let through with this request. */
export const readEntries: Handler<'readEntries'> = async (context, { params, body }) =>
  await readBundle(context, params.ledger, parseEntriesRequest(body.request));

async function readBundle(
  context: ServerContext,
  vault: VaultId,
  { index, width }: { readonly index: number; readonly width: number },
): Promise<Uint8Array> {
  const { size } = getLedger(context, vault).checkpoint();
  if (width > tileWidthAt(size, 0, index)) throw new AccessError('NOT_FOUND');
  const from = index * tileWidthMax;
  const rows = await context.folders.open(vault).store.read((db) =>
    db
      .selectFrom('entries')
      .select('entry')
      .where('position', '>=', from)
      .where('position', '<', from + width)
      .orderBy('position')
      .execute(),
  );
  return encodeEntryBundle(rows.map(({ entry }) => entry));
}

function parsePath(path: string): ReturnType<typeof parseTilePath> {
  try {
    return parseTilePath(path);
  } catch (cause) {
    if (cause instanceof StrongroomError) throw new AccessError('NOT_FOUND');
    throw cause;
  }
}

function mayReadAll(context: ServerContext, vault: VaultId, person: PersonId): boolean {
  return mayReadLedger(context.ledgers.states(vault), person, context.ledgers.now());
}

function isMemberOf(context: ServerContext, vault: VaultId, room: RoomId, person: PersonId): boolean {
  return findGrant(context.ledgers.states(vault), room, person, context.ledgers.now()) !== undefined;
}

function isWalledOff(context: ServerContext, rooms: readonly RoomId[], person: PersonId): boolean {
  const { officeState } = context.ledgers;
  return rooms.some((room) => isWalled(officeState, person, room, context.ledgers.now().at));
}

async function listRoomsOf(context: ServerContext, vault: VaultId, index: number): Promise<RoomId[]> {
  const rows = await context.folders
    .open(vault)
    .store.read((db) => db.selectFrom('entry_rooms').select('room').where('position', '=', index).execute());
  return rows.map(({ room }) => room).filter((room) => isId('rom', room));
}

/** The rooms of a request that was refused: its line names none, what lies beside it does. */
function roomsRefused(entry: Uint8Array, payload: Uint8Array): readonly RoomId[] {
  if (decodeEntry(entry).body.k !== 'refused') return [];
  const value = decodeCbor(payload);
  const first: unknown = Array.isArray(value) ? value[0] : undefined;
  return isBytes(first) ? roomsOfRequest(decodeRequest(first).request) : [];
}

/** The rooms that an entry names, wherever in its body. */
function roomsNamed(entry: Uint8Array): RoomId[] {
  const found: RoomId[] = [];
  const walk = (value: unknown): void => {
    if (isId('rom', value)) found.push(value);
    else if (typeof value === 'object' && value !== null && !(value instanceof Uint8Array))
      Object.values(value).forEach(walk);
  };
  walk(decodeEntry(entry).body);
  return found;
}
