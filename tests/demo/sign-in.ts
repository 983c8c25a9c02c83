/** A device that has nothing but a link and the password, as a browser that is pointed at the demo. */
import { decodeHex } from '@strongroom/core';
import { addDevice, openDevice } from '@strongroom/device';
import type { Device } from '@strongroom/device';
import { createDemoEnvironment } from '../../tools/demo/demo-environment.ts';
import { parseSignInLink } from '../../tools/demo/sign-in-link.ts';

/** Adds a device with what the link says, and opens it. */
export async function signInWithLink(options: {
  readonly link: string;
  readonly password: string;
  readonly nowMs: () => number;
}): Promise<Device> {
  const { link, password, nowMs } = options;
  const { person, kit, root } = parseSignInLink(link);
  const environment = createDemoEnvironment(() => new URL(link).origin, nowMs);
  const unlocked = await addDevice(environment, { person, kit, root: decodeHex(root), password });
  const device = await openDevice(environment, unlocked);
  await device.sync();
  return device;
}
