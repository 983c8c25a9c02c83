/** What a person waits for after unlocking: measured alike in Node and in a worker of Chromium. */
import { openDevice, unlock } from '@strongroom/device';
import type { ClientPart, Device, DeviceEnvironment } from '@strongroom/device';

/** What is to be done. */
export interface UnlockOrder {
  readonly password: string;
  /** The day's lease is over: the list needs the server. */
  readonly isNewDay: boolean;
  readonly expectedCount: number;
}

/** Milliseconds of each step. */
export interface UnlockReport {
  /** Password to session: OPAQUE, with Argon2id. */
  readonly unlockMs: number;
  /** From there until the device is open. */
  readonly openMs: number;
  /** From the session until the first rows with names could be drawn. */
  readonly firstRowsMs: number;
  /** From the session until every client is decrypted and one search was answered. */
  readonly searchableMs: number;
  /** The first sync after it. */
  readonly syncMs: number;
  readonly searchMs: readonly number[];
  readonly error?: string;
}

const searches = [
  'client 12',
  'lodz',
  'c-2',
  '浦东',
  'alias 77 client',
  'nothing like it',
  'old mill 5',
  'ada',
  'ient 9',
  'pl',
];
const searchRounds = 20;

/** Unlocks and lists, as the worker of the app does. */
export async function measureUnlock(
  environment: DeviceEnvironment,
  order: UnlockOrder,
): Promise<UnlockReport> {
  const before = performance.now();
  const unlocked = await unlock(environment, { password: order.password });
  const from = performance.now();
  const device: Device = await openDevice(environment, unlocked);
  const openMs = performance.now() - from;
  let firstRowsMs = 0;
  const onPart = (part: ClientPart): void => {
    if (firstRowsMs === 0 && part.rows.some(({ name }) => name !== undefined))
      firstRowsMs = performance.now() - from;
  };
  // As the app does: what is here first, then what the server has.
  let rows = await device.clients.list({ refresh: false, onPart });
  if (order.isNewDay) rows = await device.clients.list({ onPart });
  const named = rows.filter(({ name }) => name !== undefined).length;
  if (named !== order.expectedCount) throw new Error(`${named} named clients of ${order.expectedCount}`);
  await device.clients.search('client');
  const searchableMs = performance.now() - from;
  const searchMs: number[] = [];
  for (let round = 0; round < searchRounds; round++) {
    for (const query of searches) {
      const startedAt = performance.now();
      await device.clients.search(query);
      searchMs.push(performance.now() - startedAt);
    }
  }
  const syncFrom = performance.now();
  await device.sync();
  const syncMs = performance.now() - syncFrom;
  await device.close();
  return { unlockMs: from - before, openMs, firstRowsMs, searchableMs, syncMs, searchMs };
}
