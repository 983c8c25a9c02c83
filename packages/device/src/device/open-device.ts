import { assert } from '@strongroom/core';
import type { DeviceEnvironment } from '../environment/index.ts';
import type { Device, Unlocked } from './device.ts';

/** The device's whole side of Strongroom, while it is unlocked. */
export async function openDevice(_env: DeviceEnvironment, _unlocked: Unlocked): Promise<Device> {
  assert(false, 'not landed');
}
