import { assert } from '@strongroom/core';
import type { BeginEnrolmentOptions, BeginFirmOptions, PendingStart, Unlocked } from '../device/device.ts';
import type { DeviceEnvironment } from '../environment/index.ts';

/** First run: makes the firm and its first person. */
export async function beginFirm(_env: DeviceEnvironment, _options: BeginFirmOptions): Promise<PendingStart> {
  assert(false, 'not landed');
}

/** Takes up an invitation. */
export async function beginEnrolment(_env: DeviceEnvironment, _options: BeginEnrolmentOptions): Promise<PendingStart> {
  assert(false, 'not landed');
}

/** Unlocks an enrolled device; needs the server. */
export async function unlock(_env: DeviceEnvironment, _options: { readonly password: string }): Promise<Unlocked> {
  assert(false, 'not landed');
}
