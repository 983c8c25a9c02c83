/** Names of vaults, from sealed notes of the staff room. */
import { officeId } from '@strongroom/core';
import type { DeviceContext } from '../device/context.ts';
import { asMap } from '../records/card-content.ts';
import { readCards } from '../records/read-cards.ts';

/** Names by vault, as far as this device may read the staff room. */
export async function readVaultNames(context: DeviceContext): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  const room = context.book.office.firm?.staffRoom;
  const mayRead = room !== undefined && context.book.isFresh(officeId, room);
  if (!mayRead) return names;
  for (const { row, content } of await readCards(context, { vault: officeId, room, mayAsk: true })) {
    if (row.kind !== 'note' || content === undefined) continue;
    const { of, vault, name } = asMap(content);
    if (of === 'vault' && typeof vault === 'string' && typeof name === 'string') names.set(vault, name);
  }
  return names;
}
