/** Slots handed out by the warden for one room. A slot that the room's chain already uses is refused (attack J6). */
import { IntegrityError, splitSlot } from '@strongroom/core';
import type { RoomId, VaultId } from '@strongroom/core';
import { recordsOf } from '@strongroom/authority';
import type { DeviceContext } from '../device/context.ts';

/** Takes one permanent slot for each of these rooms, for cache keys. @throws IntegrityError SLOT_REFUSED */
export async function takeCacheSlots(
  context: DeviceContext,
  options: { readonly vault: VaultId; readonly rooms: readonly RoomId[] },
): Promise<number[]> {
  const { vault, rooms } = options;
  const { slots } = await context.api.call('takeCacheSlots', {
    params: { vault },
    body: { rooms: [...rooms] },
  });
  const isRight =
    slots.length === rooms.length &&
    new Set(slots).size === slots.length &&
    rooms.every((room, place) => areFree(context, vault, room, [slots[place] ?? 0]));
  if (!isRight) throw new IntegrityError('SLOT_REFUSED', { vault });
  return slots;
}

/** Takes `count` permanent slots. @throws IntegrityError SLOT_REFUSED */
export async function takeSlots(
  context: DeviceContext,
  options: { readonly vault: VaultId; readonly room: RoomId; readonly count: number },
): Promise<number[]> {
  const { vault, room, count } = options;
  const block = await context.api.call('takeSlots', { params: { vault }, body: { room, hour: 0, count } });
  const slots = Array.from({ length: count }, (_, index) => block.first + index);
  const isRight = block.count >= count && areFree(context, vault, room, slots);
  if (!isRight) throw new IntegrityError('SLOT_REFUSED', { room });
  return slots;
}

/** Whether slots are permanent and named by nothing in the room's chain. */
function areFree({ book }: DeviceContext, vault: VaultId, room: RoomId, slots: readonly number[]): boolean {
  const used = new Set(
    recordsOf(book.rooms(vault), room).flatMap(({ wraps }) => wraps.map(({ slot }) => slot)),
  );
  return slots.every((slot) => !used.has(slot) && splitSlot(slot).hour === 0);
}
