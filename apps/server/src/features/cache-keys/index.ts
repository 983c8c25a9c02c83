/**
 * Cache keys: what a device keeps is sealed under a key per room that only the warden gives back, with a line a day. Stored is
 * only what names the asking device in its context; whatever is wrong with one key refuses all of them alike.
 */
import { mayOpen } from '@strongroom/authority';
import {
  AccessError,
  cacheRecordId,
  compareBytes,
  ConflictError,
  hashCacheHeader,
  hashWrapContext,
  InputError,
  splitSlot,
} from '@strongroom/core';
import type { DeviceId, VaultId } from '@strongroom/core';
import type { Call, Session } from '../../call.ts';
import type { ServerContext } from '../../context.ts';
import type { Handler, HandlersOf } from '../../handler.ts';
import { getSession } from '../sessions/index.ts';
import { findSlotBlock } from '../slots/index.ts';

type Key = Call<'putCacheKeys'>['body']['keys'][number];

const putCacheKeys: Handler<'putCacheKeys'> = async (context, { params, body, session }) => {
  const { vault } = params;
  const { keys } = body;
  const asker = getSession(session);
  if (new Set(keys.map(({ room }) => room)).size !== keys.length)
    throw new InputError('REQUEST_INVALID', { reason: 'rooms' });
  await assertOwn(context, vault, keys, asker);
  const sealed = await sealKeys(context, vault, keys);
  await context.folders.open(vault).store.transact(async (writer) => {
    for (const [place, { room, slot, wrapContextHash }] of keys.entries()) {
      const row = { slot, wctx_hash: wrapContextHash, sealed: sealed[place] ?? new Uint8Array(0) };
      await writer
        .insertInto('cache_keys')
        .values({ device: asker.device, room, ...row, leased_ms: null })
        // The same slot again is the same wrap, sent again.
        .onConflict((conflict) =>
          conflict.columns(['device', 'room']).doUpdateSet(row).where('cache_keys.slot', '!=', slot),
        )
        .execute();
    }
  });
};

/** Looks at every key, whatever it finds first. @throws AccessError ACCESS_DENIED */
async function assertOwn(
  context: ServerContext,
  vault: VaultId,
  keys: readonly Key[],
  { device, person }: Session,
): Promise<void> {
  const states = context.ledgers.states(vault);
  const moment = context.ledgers.now();
  let isAllowed = true;
  for (const key of keys) {
    isAllowed = mayOpen(states, { ...moment, room: key.room, device, person }) && isAllowed;
    isAllowed = isOwnContext(context, vault, key, device) && isAllowed;
    isAllowed = (await isOwnSlot(context, vault, key, device)) && isAllowed;
  }
  if (!isAllowed) throw new AccessError('ACCESS_DENIED');
}

/** Whether `Hw` is that of this device's own cache of the room, under one of the room's epochs. */
function isOwnContext(context: ServerContext, vault: VaultId, key: Key, device: DeviceId): boolean {
  const { engine, ledgers } = context;
  const { room, slot, wrapContextHash } = key;
  const states = ledgers.states(vault);
  const newest = (states.vault ?? states.office.own).rooms.get(room)?.commitments.length ?? 0;
  const headerHash = hashCacheHeader(engine, device, room);
  for (let epoch = newest; epoch >= 1; epoch--) {
    const own = hashWrapContext(engine, { headerHash, part: 'cache', room, epoch, slot, grantor: device });
    if (compareBytes(own, wrapContextHash) === 0) return true;
  }
  return false;
}

/** Whether the slot was handed out to this device for this room, for ever, and holds nothing else. */
async function isOwnSlot(
  context: ServerContext,
  vault: VaultId,
  { room, slot }: Key,
  device: DeviceId,
): Promise<boolean> {
  return await context.folders.open(vault).store.read(async (db) => {
    const block = await findSlotBlock(db, slot);
    const wrap = await db.selectFrom('wraps').select('slot').where('slot', '=', slot).executeTakeFirst();
    const other = await db
      .selectFrom('cache_keys')
      .select(['device', 'room'])
      .where('slot', '=', slot)
      .executeTakeFirst();
    const isFree = other === undefined || (other.device === device && other.room === room);
    const isHandedOut = block?.room === room && block.device === device && splitSlot(slot).hour === 0;
    return isHandedOut && wrap === undefined && isFree;
  });
}

/** The warden turns intake boxes into sealed wraps. @throws ConflictError INTAKE_KEY_OLD; AccessError ACCESS_DENIED */
async function sealKeys(context: ServerContext, vault: VaultId, keys: readonly Key[]): Promise<Uint8Array[]> {
  const items = keys.map(({ room, slot, wrapContextHash, box }) => ({
    slot,
    record: cacheRecordId(room),
    version: 1,
    part: 'cache',
    room,
    wrapContextHash,
    box,
  }));
  const { results } = await context.warden.call((client) => client.seal({ vault, items }));
  return results.map((result) => {
    if ('sealed' in result) return result.sealed;
    if (result.code === 'INTAKE_ENDED' || result.code === 'DECRYPT_FAILED')
      throw new ConflictError('INTAKE_KEY_OLD');
    throw new AccessError('ACCESS_DENIED');
  });
}

export const cacheKeyHandlers: HandlersOf<'putCacheKeys'> = { putCacheKeys };
