/** Devices of persons: who has which, adopting one, cutting one off. */
import { AccessError, officeId } from '@strongroom/core';
import type { PersonId } from '@strongroom/core';
import { toLineReference } from '../chains/line-reference.ts';
import type { DeviceContext } from '../device/context.ts';
import type { DevicesModule, SyncReport } from '../device/device.ts';
import { createAdoption } from './adoption.ts';
import { listDevices } from './device-rows.ts';
import { acknowledgeDevice } from './told-devices.ts';

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
    ...createAdoption(context),
    acknowledge: async (id) => await acknowledgeDevice(context, id),
  };
}
