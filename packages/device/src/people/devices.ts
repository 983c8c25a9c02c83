/** Devices of persons: who has which, cutting one off, and noticing one that was added. */
import { AccessError, officeId } from '@strongroom/core';
import type { DeviceId, PersonId } from '@strongroom/core';
import { isDeviceValid } from '@strongroom/authority';
import { toLineReference } from '../chains/line-reference.ts';
import type { DeviceContext } from '../device/context.ts';
import type { DeviceRow, DevicesModule, SyncReport } from '../device/device.ts';

const now = Number.MAX_SAFE_INTEGER;
const noticedName = 'devices/noticed';

/** `sync` makes what a cut-off makes due: the next generation, and with it the rooms' epochs. */
export function createDevices(context: DeviceContext, sync: () => Promise<SyncReport>): DevicesModule {
  const { book } = context;
  return {
    async list() {
      await book.syncLedger(officeId);
      return listDevices(context);
    },
    async revoke(id, reason = 'other') {
      await book.syncLedger(officeId);
      const owner: PersonId | undefined = book.office.devices.get(id)?.person;
      if (owner === undefined) throw new AccessError('NOT_FOUND', { device: id });
      const appended = await book.append<PersonId>({
        ledger: officeId,
        chain: owner,
        makeBody: (start) => ({ k: 'device.revoked', ...start, device: id, reason }),
      });
      const line = toLineReference(appended);
      // Another person's remaining device makes his generation; this one has no session any more if it cut itself off.
      if (owner !== context.person || id === context.device) return { line, rotated: [], stillDue: [] };
      const { generation, rotated, stillDue } = await sync();
      return { line, rotated, stillDue, ...(generation === undefined ? {} : { generation }) };
    },
  };
}

/** The devices of a person, or of everybody that this device follows. */
export function listDevices(context: DeviceContext, person?: PersonId): DeviceRow[] {
  const { office } = context.book;
  return [...office.devices.values()]
    .filter((device) => person === undefined || device.person === person)
    .map((device) => ({
      device: device.id,
      person: device.person,
      state:
        device.life.to !== undefined ? 'revoked' : isDeviceValid(office, device.id, now) ? 'valid' : 'frozen',
      isThisDevice: device.id === context.device,
    }));
}

/**
 * Devices of this person that were added since this device last looked, so that he hears of one he did not add. What was there
 * when this device first looked is not news.
 */
export async function noticeNewDevices(context: DeviceContext): Promise<DeviceId[]> {
  const { store, person } = context;
  const stored = await store.read(noticedName);
  const ids = listDevices(context, person).map(({ device }) => device);
  const noticed = new Set(Array.isArray(stored) ? (stored as readonly string[]) : ids);
  const added = ids.filter((id) => !noticed.has(id));
  if (stored === undefined || added.length > 0) await store.write(noticedName, ids);
  return added;
}
