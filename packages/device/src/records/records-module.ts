/** Documents: adding, listing, opening. */
import { officeId } from '@strongroom/core';
import type { RoomId } from '@strongroom/core';
import { isHeld } from '@strongroom/authority';
import type { DeviceContext } from '../device/context.ts';
import type { RecordRow, RecordsModule } from '../device/device.ts';
import { abandonUpload, addRecord, addVersion, listUploads, resumeUpload } from './add-record.ts';
import { parseDocumentCard } from './card-content.ts';
import { locateFresh, openRecord } from './open-record.ts';
import { readCards } from './read-cards.ts';
import type { ReadCard } from './read-cards.ts';

export function createRecords(context: DeviceContext): RecordsModule {
  const { book } = context;

  function toRow(room: RoomId, card: ReadCard): RecordRow | undefined {
    const { row, content } = card;
    if (row.kind !== 'document') return undefined;
    const isDestroyed = row.wraps.some(({ destroyed }) => destroyed !== undefined);
    if (content === undefined && !isDestroyed) return undefined;
    const shown = content === undefined ? undefined : parseDocumentCard(content);
    return {
      record: row.record,
      version: row.version,
      room,
      name: shown?.name ?? '',
      type: shown?.type ?? '',
      folder: shown?.folder ?? [],
      sizeBytes: shown?.sizeBytes ?? 0,
      modifiedAtMs: shown?.modifiedAtMs ?? 0,
      writtenAtMs: row.atMs,
      author: row.person,
      class: row.class,
      isOnHold: isHeld(book.rooms(book.ledgerOf(room)), room, row.record),
      ...(row.conflictOf === undefined ? {} : { conflictOf: row.conflictOf[0] }),
      state: isDestroyed ? 'destroyed' : 'present',
    };
  }

  return {
    add: async (options) => await addRecord(context, await prepare(options)),
    async addVersion(options) {
      const { room } = await locateFresh(context, options.record);
      return await addVersion(context, { ...options, room });
    },
    async list({ room, refresh = true }) {
      if (refresh) await book.sync();
      const vault = book.ledgerOf(room);
      const newest = new Map<string, ReadCard>();
      for (const card of await readCards(context, { vault, room, mayAsk: refresh })) {
        const known = newest.get(card.row.record);
        if (known === undefined || known.row.version < card.row.version) newest.set(card.row.record, card);
      }
      return [...newest.values()].flatMap((card) => toRow(room, card) ?? []);
    },
    open: async (options) => await openRecord(context, options),
    pending: async () => await listUploads(context),
    resume: async (options) => await resumeUpload(context, options),
    abandon: async (upload) => await abandonUpload(context, upload),
  };

  /** A room made elsewhere since the last sync is looked for once. */
  async function prepare<T extends { readonly room: RoomId }>(options: T): Promise<T> {
    const isKnown = book
      .ledgers()
      .some((ledger) => ledger !== officeId && book.rooms(ledger).rooms.has(options.room));
    if (!isKnown) await book.sync();
    return options;
  }
}
