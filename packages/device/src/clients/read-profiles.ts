/**
 * The profiles of many clients: from the index as far as the day's lease opens it, then under leases that are asked for, then by
 * releases of the profiles' cards alone, many rooms to a line. The chain says which profile is the newest, so a server can hold none
 * back and an older index is noticed (attack D6).
 */
import {
  AccessError,
  ConflictError,
  DependencyError,
  IntegrityError,
  StrongroomError,
  wipeBytes,
} from '@strongroom/core';
import type { CborValue, RecordId, RoomId, VaultId } from '@strongroom/core';
import type { RecordRow, Room } from '@strongroom/authority';
import { limits } from '@strongroom/protocol';
import { makeCacheKeys, openCaches } from '../cache/cache-keys.ts';
import { nameCard } from '../cache/card-cache.ts';
import { shardOf } from '../cache/cache-table.ts';
import type { IndexedProfile } from '../cache/profile-index.ts';
import type { DeviceContext } from '../device/context.ts';
import { openStoredCard } from '../records/read-cards.ts';
import { release } from '../records/released-keys.ts';
import { classInForce, topClass } from '../records/verify-version.ts';
import { codeOfCard } from './profile-card.ts';
import { shownProfiles } from './shown-profiles.ts';

/** A client's room, its code, and its profiles by the chain, the newest first. */
interface Client {
  readonly room: Room;
  readonly code: string;
  readonly rows: readonly RecordRow[];
}

/** A profile that may be shown. */
export type FoundProfile = IndexedProfile;

/** Profiles as they become known, by room. */
export type OnProfiles = (found: ReadonlyMap<RoomId, FoundProfile>) => void;

interface Wanted {
  readonly client: Client;
  readonly row: RecordRow;
}

/** Few at first, so that a screen is soon filled. */
const firstBatchSize = 50;
/** Rooms whose leases are asked for before what they open is shown. */
const roomsPerStep = 2 * limits.roomsPerLeaseMax;

/**
 * The profiles of rooms of a vault. With `mayAsk` false only what the day's lease opens. A room that is out of reach has none; at the
 * warden's ceiling `onCeiling` is told, and what is known is answered.
 * @throws IntegrityError where something does not verify
 */
export async function readProfiles(
  context: DeviceContext,
  options: {
    readonly vault: VaultId;
    readonly rooms: readonly Room[];
    readonly mayAsk: boolean;
    readonly onProfiles?: OnProfiles;
    readonly onCeiling?: () => void;
  },
): Promise<Map<RoomId, FoundProfile>> {
  const { vault } = options;
  const clients = options.rooms
    .flatMap((room) =>
      room.client === undefined ? [] : [{ room, code: room.client, rows: profilesOf(room) }],
    )
    .filter(({ rows }) => rows.length > 0)
    // Rooms of one shard together, so that shards open one after the other.
    .sort((left, right) => (shardOf(left.room.id) < shardOf(right.room.id) ? -1 : 1));
  const found = new Map<RoomId, FoundProfile>();
  const shown = shownProfiles(context);
  const take = async (): Promise<void> => {
    const fresh = await findKept(context, vault, clients, found);
    for (const { room, rows } of clients) {
      const again = found.has(room.id) ? undefined : shown.get(room.id);
      if (again !== undefined && again.at === rows[0]?.index) fresh.set(room.id, again);
    }
    for (const [room, profile] of fresh) found.set(room, profile);
    if (fresh.size > 0) options.onProfiles?.(fresh);
  };
  await take();
  if (!options.mayAsk) return found;
  try {
    const closed = clients.filter(({ room }) => !found.has(room.id)).map(({ room }) => room.id);
    const refused = new Set<RoomId>();
    for (let start = 0; start < closed.length; start += roomsPerStep) {
      const step = await openCaches(context, vault, closed.slice(start, start + roomsPerStep));
      for (const room of step.keys()) refused.add(room);
      await take();
    }
    const left = clients.filter(({ room }) => !found.has(room.id) && !refused.has(room.id));
    await fetchProfiles(context, vault, left, (fresh) => {
      for (const [room, profile] of fresh) found.set(room, profile);
      options.onProfiles?.(fresh);
    });
  } catch (cause) {
    // Out of reach: what is known is shown, the rest by its code.
    const isAtCeiling = cause instanceof StrongroomError && cause.code === 'RELEASE_LIMIT';
    if (isAtCeiling && options.onCeiling !== undefined) options.onCeiling();
    else if (!isOutOfReach(cause)) throw cause;
  }
  return found;
}

function isOutOfReach(cause: unknown): boolean {
  return cause instanceof AccessError || cause instanceof DependencyError;
}

/** The versions of profiles that can be read, the newest line first; of a record only its newest version. */
function profilesOf(room: Room): RecordRow[] {
  const rows: RecordRow[] = [];
  for (const versions of room.records.values()) {
    const newest = versions.at(-1);
    if (newest?.kind !== 'profile') continue;
    const isThere = newest.wraps.some(({ part, destroyed }) => part === 'card' && destroyed === undefined);
    if (isThere) rows.push(newest);
  }
  return rows.length < 2 ? rows : rows.sort((left, right) => right.index - left.index);
}

/** What the index holds of the newest profiles; then what the cards of a room hold. */
async function findKept(
  context: DeviceContext,
  vault: VaultId,
  clients: readonly Client[],
  known: ReadonlyMap<RoomId, FoundProfile>,
): Promise<Map<RoomId, FoundProfile>> {
  const { cards } = context;
  const indexed = await cards.readIndex(vault);
  const hasCards = await cards.cardsFinder();
  const fresh = new Map<RoomId, FoundProfile>();
  const toIndex: (readonly [RoomId, FoundProfile])[] = [];
  for (const { room, code, rows } of clients) {
    if (known.has(room.id)) continue;
    const row = indexed.get(room.id);
    if (row?.at === rows[0]?.index && row !== undefined) {
      fresh.set(room.id, row);
      continue;
    }
    const kept = hasCards(room.id) ? await cards.find(room.id) : undefined;
    const profile =
      kept === undefined
        ? undefined
        : chooseProfile(code, rows, (each) => kept.get(nameCard(each.record, each.version))?.content);
    if (profile === undefined) continue;
    fresh.set(room.id, profile);
    toIndex.push([room.id, profile]);
  }
  if (toIndex.length > 0) await cards.runAlone(async () => await cards.putIndex(vault, toIndex));
  return fresh;
}

/** The newest profile that says it is of the room's own code; undefined as long as a newer one is not known. */
function chooseProfile(
  code: string,
  rows: readonly RecordRow[],
  contentOf: (row: RecordRow) => CborValue | undefined,
): FoundProfile | undefined {
  const at = rows[0]?.index;
  for (const row of rows) {
    const content = contentOf(row);
    if (content === undefined || at === undefined) return undefined;
    if (codeOfCard(content) === code) return { record: row.record, version: row.version, at, content };
  }
  return undefined;
}

/** Releases the cards, opens them and keeps what may be kept, batch by batch: whoever is cut off goes on where he was. */
async function fetchProfiles(
  context: DeviceContext,
  vault: VaultId,
  clients: readonly Client[],
  onFound: OnProfiles,
): Promise<void> {
  const wanted = clients
    .filter(({ room }) => !room.isFrozen)
    .flatMap((client) => client.rows.map((row): Wanted => ({ client, row })));
  for (let start = 0, size = firstBatchSize; start < wanted.length;) {
    const contents = new Map<RecordRow, CborValue>();
    const batch = wanted.slice(start, start + size);
    start += batch.length;
    size = limits.partsPerRequestMax;
    await fetchBatch(context, vault, batch, contents);
    const fresh = new Map<RoomId, FoundProfile>();
    const toKeep: (readonly [RoomId, FoundProfile])[] = [];
    for (const { room, code, rows } of new Set(batch.map(({ client }) => client))) {
      const profile = chooseProfile(code, rows, (row) => contents.get(row));
      if (profile === undefined) continue;
      fresh.set(room.id, profile);
      if (rows.every((row) => classInForce(context, vault, row) < topClass)) toKeep.push([room.id, profile]);
      else shownProfiles(context).set(room.id, profile);
    }
    onFound(fresh);
    if (toKeep.length > 0) await keepProfiles(context, vault, toKeep);
  }
}

async function keepProfiles(
  context: DeviceContext,
  vault: VaultId,
  profiles: readonly (readonly [RoomId, FoundProfile])[],
): Promise<void> {
  await context.cards.runAlone(async () => {
    await makeCacheKeys(
      context,
      vault,
      profiles.map(([room]) => room),
    );
    await context.cards.putIndex(vault, profiles);
  });
}

/** One line for all; where it is refused, they are asked for in halves, so that only those closed to us are lost. */
async function fetchBatch(
  context: DeviceContext,
  vault: VaultId,
  batch: readonly Wanted[],
  contents: Map<RecordRow, CborValue>,
): Promise<void> {
  let wraps: readonly Uint8Array[];
  try {
    const parts = batch.map(({ client, row }) => {
      const wrap = row.wraps.find(({ part }) => part === 'card');
      return [
        client.room.id,
        row.record,
        row.version,
        'card',
        wrap?.slot ?? 0,
        wrap?.hw ?? new Uint8Array(32),
      ] as const;
    });
    ({ wraps } = await release(context, { vault, ask: { k: 'open', parts }, purpose: 'work' }));
  } catch (cause) {
    if (!isRefused(cause)) throw cause;
    if (batch.length <= 1) return;
    const half = Math.ceil(batch.length / 2);
    await fetchBatch(context, vault, batch.slice(0, half), contents);
    await fetchBatch(context, vault, batch.slice(half), contents);
    return;
  }
  const { cards } = await context.api.call('getCards', {
    params: { vault },
    body: {
      versions: batch.map(({ client, row }): [RoomId, RecordId, number] => [
        client.room.id,
        row.record,
        row.version,
      ]),
    },
  });
  if (cards.length !== batch.length)
    throw new IntegrityError('LIST_INCOMPLETE', { vault, count: cards.length });
  await Promise.all(
    batch.map(async ({ client, row }, place) => {
      const stored = cards[place];
      const room = client.room.id;
      if (stored === undefined) throw new IntegrityError('LIST_INCOMPLETE', { room });
      const wrap = wraps[place] ?? new Uint8Array(0);
      contents.set(row, await openStoredCard(context, { vault, room, row, wrap, stored }));
    }),
  );
  wipeBytes(...wraps);
}

function isRefused(cause: unknown): boolean {
  return (
    cause instanceof StrongroomError && (cause.code === 'ACCESS_DENIED' || cause instanceof ConflictError)
  );
}
