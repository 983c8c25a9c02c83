import type { RecordId, RoomId, VaultId } from '@strongroom/core';
import type { DeviceContext } from '../device/context.ts';
import { parseDocumentCard } from './card-content.ts';
import type { DocumentCard } from './card-content.ts';
import { readCards } from './read-cards.ts';

/** The card of a document's newest version: from what this device keeps, or asked for. Undefined where it cannot be read. */
export async function readNewestCard(
  context: DeviceContext,
  options: { readonly vault: VaultId; readonly room: RoomId; readonly record: RecordId },
): Promise<DocumentCard | undefined> {
  const { vault, room, record } = options;
  const newest = context.book.rooms(vault).rooms.get(room)?.records.get(record)?.at(-1)?.version;
  for (const mayAsk of [false, true]) {
    const cards = await readCards(context, { vault, room, mayAsk });
    const found = cards.find(({ row }) => row.record === record && row.version === newest);
    if (found?.content !== undefined) return parseDocumentCard(found.content);
  }
  return undefined;
}
