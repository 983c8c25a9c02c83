/**
 * Cache keys and leases. A key is made here once for each room, wrapped like a content key for this device alone, and kept by the
 * server under the warden's seal. It is this device's for a day; the next day's first look into the room asks for it again, with a line that
 * says how many records are kept. A room that is refused is wiped. Spec: docs/spec/bytes.md section 7, requests.md.
 */
import {
  AccessError,
  cacheRecordId,
  ConflictError,
  IntegrityError,
  newContentKey,
  sealIntakeBox,
  StrongroomError,
  unwrapContentKey,
  wipeBytes,
  wrapContentKey,
} from '@strongroom/core';
import type { ContentKey, RoomId, SealContext, VaultId, Wrap } from '@strongroom/core';
import { findGrant } from '@strongroom/authority';
import type { LeasedRoom } from '@strongroom/authority';
import { limits } from '@strongroom/protocol';
import type { DeviceContext } from '../device/context.ts';
import { forEach } from '../device/in-flight.ts';
import { fetchIntakeKey } from '../records/intake.ts';
import { release } from '../records/released-keys.ts';
import { takeRoomSlots } from '../records/slot-block.ts';
import { rejectRelease } from '../releases/index.ts';
import { decodeSlots, encodeSlots } from './cache-codec.ts';
import type { CachePlace } from './card-cache.ts';
import { dropLostCaches } from './drop-lost-caches.ts';
import { shardOf } from './cache-table.ts';

interface MadeKey {
  readonly room: RoomId;
  readonly place: CachePlace;
  readonly key: ContentKey;
  readonly context: SealContext;
  readonly wrap: Wrap;
}

const intakeAttemptsMax = 3;
/** Keys that are made, handed in and kept together. */
const roomsPerBatch = Math.min(limits.roomsPerLeaseMax, limits.roomsPerSlotsMax);
const leasesInFlightMax = 2;

/**
 * Opens the caches of rooms of which something is kept, asking for a lease where the day is over. Answers the rooms that were
 * refused, each wiped, with the refusal.
 * @throws IntegrityError RELEASE_REJECTED, STATE_INVALID; the server's other refusals
 */
export async function openCaches(
  context: DeviceContext,
  vault: VaultId,
  rooms: readonly RoomId[],
): Promise<Map<RoomId, StrongroomError>> {
  const { cards } = context;
  return await cards.runAlone(async () => {
    await dropLostCaches(context);
    const refused = new Map<RoomId, StrongroomError>();
    const closed: RoomId[] = [];
    for (const room of rooms) {
      if (!(await cards.isOpen(room)) && (await cards.findPlace(room)) !== undefined) closed.push(room);
    }
    const batches: (readonly RoomId[])[] = [];
    for (let start = 0; start < closed.length; start += limits.roomsPerLeaseMax)
      batches.push(closed.slice(start, start + limits.roomsPerLeaseMax));
    await forEach(batches, leasesInFlightMax, async (batch) => {
      await leaseRooms(context, vault, batch, refused);
    });
    return refused;
  });
}

/** One line for all; where it is refused, the rooms are asked for in halves, so that only those that are closed to us are lost. */
async function leaseRooms(
  context: DeviceContext,
  vault: VaultId,
  rooms: readonly RoomId[],
  refused: Map<RoomId, StrongroomError>,
): Promise<void> {
  const { cards } = context;
  const named: LeasedRoom[] = [];
  const places: (readonly [RoomId, CachePlace])[] = [];
  let kept = 0;
  for (const room of rooms) {
    const place = await cards.findPlace(room);
    if (place === undefined) continue;
    named.push([room, place.slot, cards.hashOf(room, place)]);
    places.push([room, place]);
    kept += place.kept;
  }
  let released;
  try {
    released = await release(context, { vault, ask: { k: 'lease', rooms: named, kept }, purpose: 'sync' });
  } catch (cause) {
    if (!isRefused(cause)) throw cause;
    const [first, ...more] = rooms;
    if (first !== undefined && more.length === 0) {
      await cards.wipe(first);
      // Had within the day already, its key lost on the way: what was kept is fetched anew, nobody is refused.
      if (cause instanceof AccessError) refused.set(first, cause);
      return;
    }
    const half = Math.ceil(rooms.length / 2);
    await leaseRooms(context, vault, rooms.slice(0, half), refused);
    await leaseRooms(context, vault, rooms.slice(half), refused);
    return;
  }
  const untilMs = Math.min(released.atMs, context.env.clock.nowMs()) + limits.leaseMs;
  const { wraps } = released;
  const keys = await Promise.all(
    places.map(async ([room, place], index) => {
      const key = await unwrapKey(context, room, place, wraps[index] ?? new Uint8Array(0));
      return [room, key] as const;
    }),
  );
  await cards.openMany(keys, untilMs);
  wipeBytes(...wraps);
}

function isRefused(cause: unknown): cause is StrongroomError {
  return (
    (cause instanceof AccessError && cause.code === 'ACCESS_DENIED') ||
    (cause instanceof ConflictError && cause.code === 'REQUEST_REPLAYED')
  );
}

/** @throws IntegrityError RELEASE_REJECTED */
async function unwrapKey(
  context: DeviceContext,
  room: RoomId,
  place: CachePlace,
  wrap: Uint8Array,
): Promise<ContentKey> {
  const epochKey = await context.keyring.get(place.vault, room, place.epoch);
  try {
    return await unwrapContentKey(context.env.engine, {
      epochKey,
      context: context.cards.contextOf(room, place),
      wrap,
    });
  } catch (cause) {
    throw rejectRelease(cause);
  }
}

/**
 * Makes cache keys for rooms that have none. To keep something is a courtesy to the next day: where it cannot be, nothing is
 * kept and nothing fails, unless somebody lies.
 * @throws IntegrityError INTAKE_KEY_REFUSED, SLOT_REFUSED
 */
export async function makeCacheKeys(
  context: DeviceContext,
  vault: VaultId,
  rooms: readonly RoomId[],
): Promise<void> {
  const { cards, env } = context;
  const made: MadeKey[] = [];
  try {
    const without: RoomId[] = [];
    for (const room of rooms)
      if (!(await cards.isOpen(room)) && mayKeepOf(context, vault, room)) without.push(room);
    for (let start = 0; start < without.length; start += roomsPerBatch) {
      const batch = await makeKeys(context, vault, without.slice(start, start + roomsPerBatch));
      made.push(...batch);
      if (batch.length === 0) continue;
      await handIn(context, vault, batch);
      await cards.beginMany(batch, env.clock.nowMs() + limits.leaseMs);
    }
  } catch (cause) {
    const isCourtesy = cause instanceof StrongroomError && !(cause instanceof IntegrityError);
    if (!isCourtesy) throw cause;
  } finally {
    for (const { wrap } of made) wipeBytes(wrap);
  }
}

/** Whether this person is a member of a room that is not frozen: who may not write there keeps nothing of it. */
function mayKeepOf({ book, person }: DeviceContext, vault: VaultId, room: RoomId): boolean {
  const isFrozen = book.rooms(vault).rooms.get(room)?.isFrozen !== false;
  return !isFrozen && findGrant(book.states(vault), room, person, book.moment(vault)) !== undefined;
}

/** A new key for each room whose epoch key is in hand. */
async function makeKeys(
  context: DeviceContext,
  vault: VaultId,
  rooms: readonly RoomId[],
): Promise<MadeKey[]> {
  const { book, keyring } = context;
  const able: { readonly room: RoomId; readonly epoch: number; readonly epochKey: Uint8Array }[] = [];
  for (const room of rooms) {
    const epoch = book.rooms(vault).rooms.get(room)?.epoch?.n;
    const epochKey = epoch === undefined ? undefined : await keyring.find(vault, room, epoch);
    if (epoch !== undefined && epochKey !== undefined) able.push({ room, epoch, epochKey });
  }
  const slots = await takeSlotsOf(
    context,
    vault,
    able.map(({ room }) => room),
  );
  await useSlotsOnce(context, slots);
  return await Promise.all(
    able.flatMap(({ room, ...by }) => {
      const slot = slots.get(room);
      return slot === undefined ? [] : [makeKey(context, { vault, room, slot, ...by })];
    }),
  );
}

/** A slot for each room. Where they are refused they are asked for in halves: who may not write in a room keeps nothing of it. */
async function takeSlotsOf(
  context: DeviceContext,
  vault: VaultId,
  rooms: readonly RoomId[],
): Promise<Map<RoomId, number>> {
  if (rooms.length === 0) return new Map();
  try {
    const slots = await takeRoomSlots(context, { vault, rooms });
    return new Map(rooms.map((room, place) => [room, slots[place] ?? 0]));
  } catch (cause) {
    if (!(cause instanceof AccessError) || cause.code !== 'ACCESS_DENIED') throw cause;
    if (rooms.length === 1) return new Map();
    const half = Math.ceil(rooms.length / 2);
    const first = await takeSlotsOf(context, vault, rooms.slice(0, half));
    return new Map([...first, ...(await takeSlotsOf(context, vault, rooms.slice(half)))]);
  }
}

async function makeKey(
  context: DeviceContext,
  options: CachePlace & { readonly room: RoomId; readonly epochKey: Uint8Array },
): Promise<MadeKey> {
  const { cards, env } = context;
  const { vault, room, epoch, slot, epochKey } = options;
  const place = { vault, epoch, slot };
  const key = newContentKey(env.engine);
  const wrap = await wrapContentKey(env.engine, {
    epochKey,
    context: cards.contextOf(room, place),
    contentKey: key,
  });
  return {
    room,
    place,
    key,
    wrap,
    context: {
      vault,
      slot,
      record: cacheRecordId(room),
      version: 1,
      part: 'cache',
      room,
      wrapContextHash: cards.hashOf(room, place),
    },
  };
}

/**
 * Notes slots, durably, before anything is wrapped for them. All else in a wrap's context is the same for every cache key of a room,
 * so that a slot handed out twice would put two keys under one key and nonce.
 * @throws IntegrityError SLOT_REFUSED for a slot that is not above all that were taken for its room
 */
async function useSlotsOnce({ store }: DeviceContext, slots: ReadonlyMap<RoomId, number>): Promise<void> {
  for (const [shard, rooms] of Map.groupBy(slots.keys(), shardOf)) {
    const name = `cache-slots/${shard}`;
    const read = await store.readBytes(name);
    const newest = new Map(read === undefined ? [] : decodeSlots(read));
    for (const room of rooms) {
      const slot = slots.get(room) ?? 0;
      if (slot <= (newest.get(room) ?? -1)) throw new IntegrityError('SLOT_REFUSED', { room });
      newest.set(room, slot);
    }
    await store.writeBytes(name, encodeSlots(newest));
  }
}

/** Hands wraps in, sealed anew where the intake key ended meanwhile. */
async function handIn(context: DeviceContext, vault: VaultId, made: readonly MadeKey[]): Promise<void> {
  const { engine } = context.env;
  for (let attempt = 1; ; attempt++) {
    const intakeKey = await fetchIntakeKey(context, vault);
    const keys = await Promise.all(
      made.map(async ({ room, context: sealContext, wrap }) => ({
        room,
        slot: sealContext.slot,
        wrapContextHash: sealContext.wrapContextHash,
        box: await sealIntakeBox(engine, { intakeKey, context: sealContext, wrap }),
      })),
    );
    try {
      await context.api.call('putCacheKeys', { params: { vault }, body: { keys } });
      return;
    } catch (cause) {
      const isOld = cause instanceof ConflictError && cause.code === 'INTAKE_KEY_OLD';
      if (!isOld || attempt >= intakeAttemptsMax) throw cause;
    }
  }
}
