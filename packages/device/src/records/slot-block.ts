/** Slots handed out by the warden for one room. A slot that the room's chain already uses is refused (attack J6). */
import { IntegrityError, splitSlot } from '@strongroom/core';
import type { RoomId, VaultId } from '@strongroom/core';
import { recordsOf } from '@strongroom/authority';
import type { DeviceContext } from '../device/context.ts';

/** Takes `count` permanent slots. @throws IntegrityError SLOT_REFUSED */
export async function takeSlots(
  context: DeviceContext,
  options: { readonly vault: VaultId; readonly room: RoomId; readonly count: number },
): Promise<number[]> {
  const { vault, room, count } = options;
  const block = await context.api.call('takeSlots', { params: { vault }, body: { room, hour: 0, count } });
  const slots = Array.from({ length: count }, (_, index) => block.first + index);
  const used = new Set(
    recordsOf(context.book.rooms(vault), room).flatMap(({ wraps }) => wraps.map(({ slot }) => slot)),
  );
  const isRight =
    block.count >= count && slots.every((slot) => !used.has(slot) && splitSlot(slot).hour === 0);
  if (!isRight) throw new IntegrityError('SLOT_REFUSED', { room });
  return slots;
}
