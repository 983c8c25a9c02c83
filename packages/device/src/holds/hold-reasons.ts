/** Why holds were placed: sealed notes of their rooms, named by the hash of their header. */
import { encodeHex } from '@strongroom/core';
import type { RoomId, VaultId } from '@strongroom/core';
import type { DeviceContext } from '../device/context.ts';
import { asMap } from '../records/card-content.ts';
import { readCards } from '../records/read-cards.ts';

/**
 * Texts of the room's reasons by the hash (hexadecimal) that a statement names them by. With `mayAsk` false only what the day's lease
 * opens, without a line in the ledger.
 */
export async function readReasonNotes(
  context: DeviceContext,
  options: { readonly vault: VaultId; readonly room: RoomId; readonly mayAsk: boolean },
): Promise<ReadonlyMap<string, string>> {
  const reasons = new Map<string, string>();
  for (const { row, content } of await readCards(context, options)) {
    if (row.kind !== 'note' || content === undefined) continue;
    const { of, text } = asMap(content);
    if (of === 'reason' && typeof text === 'string') reasons.set(encodeHex(row.header), text);
  }
  return reasons;
}
