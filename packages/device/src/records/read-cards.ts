/**
 * Cards of a room. The chain says which there are, so a server can leave none out (attack D6); those not cached are released by
 * range, compared with the signed headers, and kept (cache/).
 */
import {
  AccessError,
  ConflictError,
  IntegrityError,
  openCard,
  StrongroomError,
  wipeBytes,
} from '@strongroom/core';
import type { CborValue, RecordId, RoomId, VaultId } from '@strongroom/core';
import { listHash, openDisposals, recordsOf } from '@strongroom/authority';
import type { ListRow, RecordRow } from '@strongroom/authority';
import type { OutputOf } from '../api/index.ts';
import { makeCacheKeys, openCaches } from '../cache/cache-keys.ts';
import type { CachedCard } from '../cache/cache-codec.ts';
import { nameCard } from '../cache/card-cache.ts';
import type { DeviceContext } from '../device/context.ts';
import { release, unwrapReleased } from './released-keys.ts';
import { classInForce, topClass, verifyCard, verifyHeader } from './verify-version.ts';

const cardsPerCall = 1_000;
const listRowsMax = 20_000;
/** How often a list that was overtaken is asked for, and how much longer each wait for a destruction is. */
const overtakenMax = 8;
const overtakenWaitMs = 250;

/** A row of the chain with its opened card; without one if it was destroyed or is not cached. */
export interface ReadCard {
  readonly row: RecordRow;
  readonly content?: CborValue;
}

interface NamedWrap {
  readonly row: RecordRow;
  readonly slot: number;
  readonly hw: Uint8Array;
}

/** All versions readable in a room. `mayAsk` false reads only what the day's lease opens. */
export async function readCards(
  context: DeviceContext,
  options: { readonly vault: VaultId; readonly room: RoomId; readonly mayAsk: boolean },
): Promise<ReadCard[]> {
  const { vault, room, mayAsk } = options;
  if (!mayAsk) {
    const { cards, missing } = await readKept(context, vault, room);
    return [...cards, ...missing.map((row) => ({ row }))];
  }
  const read = (await readRooms(context, { vault, rooms: [room] })).get(room) ?? [];
  if (read instanceof StrongroomError) throw read;
  return read;
}

/**
 * The same of many rooms of a vault: one lease for all, and one call for the keys of those that have none. A room that is refused
 * or out of reach has its refusal in place of cards; what does not verify ends the whole.
 */
async function readRooms(
  context: DeviceContext,
  options: { readonly vault: VaultId; readonly rooms: readonly RoomId[] },
): Promise<Map<RoomId, ReadCard[] | StrongroomError>> {
  const { vault, rooms } = options;
  const read = new Map<RoomId, ReadCard[] | StrongroomError>(await openCaches(context, vault, rooms));
  const toKeep = new Map<RoomId, readonly CachedCard[]>();
  for (const room of rooms) {
    if (read.has(room)) continue;
    try {
      const { cards, fetched } = await readRoomInForce(context, vault, room);
      read.set(room, cards);
      if (fetched.length > 0) toKeep.set(room, fetched);
    } catch (cause) {
      if (!(cause instanceof StrongroomError) || cause instanceof IntegrityError) throw cause;
      read.set(room, cause);
    }
  }
  if (toKeep.size > 0)
    await context.cards.runAlone(async () => {
      await makeCacheKeys(context, vault, [...toKeep.keys()]);
      for (const [room, cards] of toKeep) await context.cards.add(room, cards);
    });
  return read;
}

interface RoomCards {
  readonly cards: ReadCard[];
  /** Those fetched just now that may be kept. */
  readonly fetched: readonly CachedCard[];
}

/**
 * The cards of a room. A list that something overtook on its way (a document was written, or destroyed) is refused; then the chain is
 * read and asked for again, and while a destruction is under way in the room it is waited for. A refusal with no such cause stays one.
 */
async function readRoomInForce(context: DeviceContext, vault: VaultId, room: RoomId): Promise<RoomCards> {
  const { book, env } = context;
  for (let attempt = 1; ; attempt++) {
    const before = markOf(context, vault, room);
    try {
      return await readRoom(context, vault, room);
    } catch (cause) {
      if (attempt === overtakenMax || !isOvertaken(cause)) throw cause;
      await book.sync();
      if (markOf(context, vault, room) !== before) continue;
      const isDestroying = openDisposals(book.rooms(vault)).some(
        (each) => each.room === room && each.stage === 'intended',
      );
      if (!isDestroying) throw cause;
      await env.clock.sleep(overtakenWaitMs * attempt);
    }
  }
}

function isOvertaken(cause: unknown): boolean {
  return (
    (cause instanceof ConflictError && cause.code === 'REQUEST_STALE') ||
    (cause instanceof AccessError && cause.code === 'ACCESS_DENIED')
  );
}

/** What a list of the room names: another text as soon as a list of before would be refused. */
function markOf(context: DeviceContext, vault: VaultId, room: RoomId): string {
  const rows = recordsOf(context.book.rooms(vault), room);
  return rows.map((row) => `${row.record} ${row.version} ${isDestroyed(row)}`).join('\n');
}

async function readRoom(context: DeviceContext, vault: VaultId, room: RoomId): Promise<RoomCards> {
  const { cards, missing } = await readKept(context, vault, room);
  if (missing.length === 0) return { cards, fetched: [] };
  const rows = recordsOf(context.book.rooms(vault), room);
  const fetched = await fetchCards(context, { vault, room, rows, missing });
  const byName = new Map(fetched.map((card) => [nameCard(card.record, card.version), card]));
  const mayKeep: CachedCard[] = [];
  for (const row of missing) {
    const card = byName.get(nameCard(row.record, row.version));
    cards.push({ row, ...(card === undefined ? {} : { content: card.content }) });
    if (card !== undefined && classInForce(context, vault, row) < topClass) mayKeep.push(card);
  }
  return { cards, fetched: mayKeep };
}

/** What the open cache of a room holds, with what has no card to read; and the rows it does not hold. */
async function readKept(
  context: DeviceContext,
  vault: VaultId,
  room: RoomId,
): Promise<{ readonly cards: ReadCard[]; readonly missing: RecordRow[] }> {
  const kept = await context.cards.find(room);
  const cards: ReadCard[] = [];
  const missing: RecordRow[] = [];
  for (const row of recordsOf(context.book.rooms(vault), room)) {
    const content = isDestroyed(row) ? undefined : kept?.get(nameCard(row.record, row.version))?.content;
    if (content === undefined && !isDestroyed(row) && row.kind !== 'payload-key') missing.push(row);
    else cards.push({ row, ...(content === undefined ? {} : { content }) });
  }
  return { cards, missing };
}

function isDestroyed(row: RecordRow): boolean {
  return row.wraps.some(({ part, destroyed }) => part === 'card' && destroyed !== undefined);
}

/** Releases the range from the lowest to the highest missing slot, and opens what is missing in it. */
async function fetchCards(
  context: DeviceContext,
  options: {
    readonly vault: VaultId;
    readonly room: RoomId;
    readonly rows: readonly RecordRow[];
    readonly missing: readonly RecordRow[];
  },
): Promise<CachedCard[]> {
  const { vault, room } = options;
  const isMissing = new Set(options.missing);
  const all: NamedWrap[] = [];
  for (const row of options.rows) {
    const wrap = row.wraps.find(({ part }) => part === 'card');
    if (wrap !== undefined && wrap.destroyed === undefined) all.push({ row, slot: wrap.slot, hw: wrap.hw });
  }
  all.sort((left, right) => left.slot - right.slot);
  const first = all.findIndex(({ row }) => isMissing.has(row));
  const last = all.findLastIndex(({ row }) => isMissing.has(row));
  const cards: CachedCard[] = [];
  for (let start = first; start >= 0 && start <= last; start += listRowsMax) {
    const range = all.slice(start, Math.min(start + listRowsMax, last + 1));
    cards.push(...(await fetchRange(context, { vault, room, range, isMissing })));
  }
  return cards;
}

async function fetchRange(
  context: DeviceContext,
  options: {
    readonly vault: VaultId;
    readonly room: RoomId;
    readonly range: readonly NamedWrap[];
    readonly isMissing: ReadonlySet<RecordRow>;
  },
): Promise<CachedCard[]> {
  const { vault, room, range, isMissing } = options;
  const { engine } = context.env;
  const listed = range.map(({ row, slot, hw }): ListRow => [row.record, row.version, slot, hw]);
  const { wraps } = await release(context, {
    vault,
    ask: {
      k: 'list',
      room,
      lo: range[0]?.slot ?? 0,
      hi: range.at(-1)?.slot ?? 0,
      count: range.length,
      hash: listHash(engine, listed),
    },
    purpose: 'work',
  });
  const wanted = range
    .map((each, index) => ({ ...each, wrap: wraps[index] ?? new Uint8Array(0) }))
    .filter(({ row }) => isMissing.has(row));
  const cards: CachedCard[] = [];
  for (let start = 0; start < wanted.length; start += cardsPerCall) {
    const batch = wanted.slice(start, start + cardsPerCall);
    const answer = await context.api.call('getCards', {
      params: { vault },
      body: {
        versions: batch.map(({ row }): [RoomId, RecordId, number] => [room, row.record, row.version]),
      },
    });
    if (answer.cards.length !== batch.length)
      throw new IntegrityError('LIST_INCOMPLETE', { room, count: answer.cards.length });
    cards.push(
      ...(await Promise.all(
        batch.map(async ({ row, wrap }, index) => {
          const stored = answer.cards[index];
          if (stored === undefined) throw new IntegrityError('LIST_INCOMPLETE', { room });
          const content = await openStoredCard(context, { vault, room, row, wrap, stored });
          return { record: row.record, version: row.version, content };
        }),
      )),
    );
  }
  wipeBytes(...wraps);
  return cards;
}

/** Checks a stored card against its row, and opens it with its released wrap. @throws IntegrityError RECORD_REFUSED, RELEASE_REJECTED */
export async function openStoredCard(
  context: DeviceContext,
  options: {
    readonly vault: VaultId;
    readonly room: RoomId;
    readonly row: RecordRow;
    readonly wrap: Uint8Array;
    readonly stored: OutputOf<'getCards'>['cards'][number];
  },
): Promise<CborValue> {
  const { vault, room, row, wrap, stored } = options;
  const header = verifyHeader(context, vault, row, stored.header);
  verifyCard(context, row, { header, card: stored.card, proof: stored.bodyRoot });
  const contentKey = await unwrapReleased(context, { vault, room, row, part: 'card', wrap });
  try {
    return await openOne(context, header, stored.card, contentKey);
  } finally {
    wipeBytes(contentKey);
  }
}

async function openOne(
  context: DeviceContext,
  header: { readonly cardContext: Uint8Array; readonly cardCommitment: Uint8Array },
  stored: Uint8Array,
  contentKey: Uint8Array,
): Promise<CborValue> {
  try {
    return await openCard(context.env.engine, {
      contentKey,
      context: header.cardContext,
      commitment: header.cardCommitment,
      stored,
    });
  } catch (cause) {
    if (cause instanceof StrongroomError) throw new IntegrityError('RELEASE_REJECTED', {}, { cause });
    throw cause;
  }
}
