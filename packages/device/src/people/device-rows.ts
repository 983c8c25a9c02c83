/** The devices of persons as the chains tell, and noticing one that was added to this person's account. */
import type { DeviceId, PersonId } from '@strongroom/core';
import { isDeviceValid } from '@strongroom/authority';
import type { DeviceContext } from '../device/context.ts';
import type { DeviceRow } from '../device/device.ts';

const now = Number.MAX_SAFE_INTEGER;
const noticedName = 'devices/noticed';

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

/** A device that this one adopted is no news to it. */
export async function markNoticed(context: DeviceContext, device: DeviceId): Promise<void> {
  const { store, person } = context;
  const stored = await store.read(noticedName);
  const known = Array.isArray(stored)
    ? (stored as readonly string[])
    : listDevices(context, person).map((row) => row.device);
  if (stored === undefined || !known.includes(device))
    await store.write(noticedName, [...new Set([...known, device])]);
}
