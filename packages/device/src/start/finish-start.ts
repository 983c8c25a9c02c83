/** After a start is written: sign in, and do what the person was told would be done (kit note, names), once. */
import { StrongroomError } from '@strongroom/core';
import type { Unlocked } from '../device/device.ts';
import { openDevice } from '../device/open-device.ts';
import type { DeviceEnvironment } from '../environment/index.ts';
import { unlock } from './sign-in.ts';

/** Signs in and runs the queued tasks. What could not be done now is done by the next sync. */
export async function finishStart(env: DeviceEnvironment, password: string): Promise<Unlocked> {
  const unlocked = await unlock(env, { password });
  const device = await openDevice(env, unlocked);
  try {
    await device.sync();
  } catch (cause) {
    if (!(cause instanceof StrongroomError) || cause.code !== 'SERVER_UNREACHABLE') throw cause;
  } finally {
    await device.close();
  }
  return unlocked;
}
