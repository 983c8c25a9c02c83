/** Documents: adding, listing, moving, opening. */
import { officeId } from '@strongroom/core';
import type { RoomId } from '@strongroom/core';
import type { DeviceContext } from '../device/context.ts';
import type { RecordsModule } from '../device/device.ts';
import type { LineBook } from '../ledger/line-book.ts';
import { abandonUpload, addRecord, addVersion, resumeUpload } from './add-record.ts';
import { listRecords, listVersions } from './list-records.ts';
import { listUploads } from './list-uploads.ts';
import { locateFresh, openRecord } from './open-record.ts';
import { listOpenings } from './record-openings.ts';
import { updateRecord, updateRecords } from './update-record.ts';

export function createRecords(context: DeviceContext, lines: LineBook): RecordsModule {
  const { book } = context;

  return {
    add: async (options) => await addRecord(context, await prepare(options)),
    async addVersion(options) {
      const { room } = await locateFresh(context, options.record);
      return await addVersion(context, { ...options, room });
    },
    update: async (options) => await updateRecord(context, options),
    updateMany: async (options) => await updateRecords(context, options),
    history: async ({ record }) => await listVersions(context, record),
    openings: async (options) => await listOpenings(context, lines, options),
    list: async (options) => await listRecords(context, lines, options),
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
