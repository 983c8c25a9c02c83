/**
 * Devices that were added to other people's accounts, for administrators: told until this administrator says that it was seen. What there
 * was before this device is not told by it, and neither is what is older than a month.
 */
import { officeId } from '@strongroom/core';
import type { DeviceId } from '@strongroom/core';
import { hasRole, isDeviceValid } from '@strongroom/authority';
import type { DeviceContext } from '../device/context.ts';
import type { TodayItem } from '../device/today.ts';

const now = Number.MAX_SAFE_INTEGER;
const toldName = 'devices/told';
const toldMs = 30 * 86_400_000;

/** Devices that somebody has by a statement of his own, not by his enrolment, since there is this one. */
function listAdded(context: DeviceContext): { readonly id: DeviceId; readonly index: number }[] {
  const { office } = context.book;
  const since = office.devices.get(context.device)?.life.from ?? now;
  return [...office.devices.values()]
    .filter(
      ({ id, person, life }) =>
        person !== context.person &&
        life.from > since &&
        office.persons.get(person)?.from !== life.from &&
        isDeviceValid(office, id, now),
    )
    .map(({ id, life }) => ({ id, index: life.from }));
}

async function readTold(context: DeviceContext): Promise<Set<string>> {
  const stored = await context.store.read(toldName);
  return new Set(Array.isArray(stored) ? (stored as readonly string[]) : []);
}

/** The person knows of a device. */
export async function acknowledgeDevice(context: DeviceContext, device: DeviceId): Promise<void> {
  const told = await readTold(context);
  // What is not there any more needs no note.
  const open = new Set<string>(listAdded(context).map(({ id }) => id));
  const kept = [...told].filter((id) => open.has(id));
  await context.store.write(toldName, [...new Set([...kept, device])]);
}

/** Added devices that wait to be seen, newest first. */
export async function listNewDevices(
  context: DeviceContext,
  names: ReadonlyMap<string, string>,
): Promise<Extract<TodayItem, { kind: 'device-added' }>[]> {
  const { book, person } = context;
  if (!hasRole(book.office, person, 'administrator', now)) return [];
  const told = await readTold(context);
  const log = await book.loadLog(officeId);
  const sinceMs = context.env.clock.nowMs() - toldMs;
  return listAdded(context)
    .filter(({ id }) => !told.has(id))
    .flatMap(({ id, index }) => {
      const entry = log.find(index);
      const owner = book.office.devices.get(id)?.person;
      if (entry === undefined || owner === undefined || entry.atMs < sinceMs) return [];
      const name = names.get(owner);
      const named = name === undefined ? {} : { name };
      return [{ kind: 'device-added' as const, person: owner, ...named, device: id, atMs: entry.atMs }];
    })
    .sort((left, right) => right.atMs - left.atMs);
}
