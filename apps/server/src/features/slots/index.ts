/** Blocks of slots and the warden's intake keys. */
import { InputError } from '@strongroom/core';
import type { Handler, HandlersOf } from '../../handler.ts';
import type { Reader, VaultTables } from '../../storage/index.ts';
import { getSession } from '../sessions/index.ts';

/** The warden makes blocks that are asked for together durable together. */
const wardenCallsAtOnce = 100;

const takeSlots: Handler<'takeSlots'> = async (context, { params, body, session }) => {
  const { device } = getSession(session);
  const { room, hour, count } = body;
  const block = await context.warden.call((client) =>
    client.takeSlots({ vault: params.vault, room, hour, count }),
  );
  await context.folders.open(params.vault).store.transact(async (writer) => {
    await writer
      .insertInto('slot_blocks')
      .values({ first: block.first, count: block.count, room, device, at_ms: context.clock.nowMs() })
      .execute();
  });
  return { first: block.first, count: block.count };
};

/** A slot for each room: what a device needs to keep or to make many rooms at once. One transaction for all. */
const takeRoomSlots: Handler<'takeRoomSlots'> = async (context, { params, body, session }) => {
  const { vault } = params;
  const { device } = getSession(session);
  const { rooms } = body;
  if (new Set(rooms).size !== rooms.length) throw new InputError('REQUEST_INVALID', { reason: 'rooms' });
  const slots: number[] = [];
  for (let start = 0; start < rooms.length; start += wardenCallsAtOnce) {
    const blocks = await Promise.all(
      rooms
        .slice(start, start + wardenCallsAtOnce)
        .map(
          async (room) =>
            await context.warden.call((client) => client.takeSlots({ vault, room, hour: 0, count: 1 })),
        ),
    );
    slots.push(...blocks.map(({ first }) => first));
  }
  const at_ms = context.clock.nowMs();
  await context.folders.open(vault).store.transact(async (writer) => {
    const rows = slots.map((first, place) => ({ first, count: 1, room: rooms[place] ?? '', device, at_ms }));
    await writer.insertInto('slot_blocks').values(rows).execute();
  });
  return { slots };
};

const getIntake: Handler<'getIntake'> = async (context, { params }) => {
  const { keys } = await context.warden.call((client) => client.getIntake(params.vault));
  return { keys: keys.map(({ pk, from, until, signature }) => ({ pk, from, until, signature })) };
};

/** Whether a slot lies in a block that was handed out for this room. */
export async function isSlotOfRoom(
  reader: Reader<VaultTables>,
  slot: number,
  room: string,
): Promise<boolean> {
  return (await findSlotBlock(reader, slot))?.room === room;
}

/** For which room a slot was handed out, and to which device. */
export async function findSlotBlock(
  reader: Reader<VaultTables>,
  slot: number,
): Promise<{ readonly room: string; readonly device: string } | undefined> {
  const block = await reader
    .selectFrom('slot_blocks')
    .select(['first', 'count', 'room', 'device'])
    .where('first', '<=', slot)
    .orderBy('first', 'desc')
    .limit(1)
    .executeTakeFirst();
  return block !== undefined && slot < block.first + block.count ? block : undefined;
}

export const slotHandlers: HandlersOf<'takeSlots' | 'takeRoomSlots' | 'getIntake'> = {
  takeSlots,
  takeRoomSlots,
  getIntake,
};
