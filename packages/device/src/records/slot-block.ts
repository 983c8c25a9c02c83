/** Slots handed out by the warden for one room. A slot that the room's chain already uses is refused (attack J6). */
import { AccessError, IntegrityError, splitSlot } from '@strongroom/core';
import type { RoomId, VaultId } from '@strongroom/core';
import { recordsOf } from '@strongroom/authority';
import { limits } from '@strongroom/protocol';
import type { DeviceContext } from '../device/context.ts';

/** Where the slots of a version come from. */
export type SlotSource = (options: {
  readonly vault: VaultId;
  readonly room: RoomId;
  readonly count: number;
}) => Promise<number[]>;

/**
 * Slots for many versions that are written beside each other, one slot each: those that wait while a call is under way are asked for
 * together. Where together they are refused, each is asked for alone.
 */
export function gatherSlots(context: DeviceContext, vault: VaultId): SlotSource {
  type Waiting = {
    readonly room: RoomId;
    readonly resolve: (slots: number[]) => void;
    readonly reject: (cause: unknown) => void;
  };
  const waiting: Waiting[] = [];
  let isAsking = false;

  async function askFor(batch: readonly Waiting[]): Promise<void> {
    try {
      const slots = await takeRoomSlots(context, { vault, rooms: batch.map(({ room }) => room) });
      for (const [place, { resolve }] of batch.entries()) resolve([slots[place] ?? 0]);
    } catch (cause) {
      if (batch.length > 1 && cause instanceof AccessError)
        await Promise.all(batch.map(async (each) => await askFor([each])));
      else for (const { reject } of batch) reject(cause);
    }
  }

  async function askForAll(): Promise<void> {
    if (isAsking) return;
    isAsking = true;
    while (waiting.length > 0) await askFor(waiting.splice(0, limits.roomsPerSlotsMax));
    isAsking = false;
  }

  return async (options) => {
    const { room, count } = options;
    if (options.vault !== vault || count !== 1 || waiting.some((each) => each.room === room))
      return await takeSlots(context, options);
    return await new Promise((resolve, reject) => {
      waiting.push({ room, resolve, reject });
      void askForAll();
    });
  };
}

/** Takes one permanent slot for each of these rooms. @throws IntegrityError SLOT_REFUSED */
export async function takeRoomSlots(
  context: DeviceContext,
  options: { readonly vault: VaultId; readonly rooms: readonly RoomId[] },
): Promise<number[]> {
  const { vault, rooms } = options;
  const { slots } = await context.api.call('takeRoomSlots', {
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
