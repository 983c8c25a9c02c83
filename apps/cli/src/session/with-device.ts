/**
 * A command's turn with the device: the home is locked for other commands, the device is unlocked (by the agent, by a password
 * from a descriptor, or by asking), brought up to date, and closed again whatever happens.
 */
import { AccessError, StrongroomError, encodeHex, wipeBytes } from '@strongroom/core';
import { createNodeEngine, createSegmentThreads } from '@strongroom/core/node';
import { openDevice, unlock } from '@strongroom/device';
import type { Device, DeviceEnvironment, SyncReport, Unlocked } from '@strongroom/device';
import { lockAgent, putUnlocked, takeUnlocked } from '../agent/agent-client.ts';
import type { Run } from '../command.ts';
import { idleMinutesDefault, readConfig, writeConfig } from '../home/client-home.ts';
import type { ClientConfig } from '../home/client-home.ts';
import { openFileStorage, removeUnfinishedFiles } from '../home/file-storage.ts';
import { lockHome } from '../home/home-lock.ts';
import { readPassword } from '../input/read-password.ts';
import type { Output } from '../output/output.ts';
import { createHttpTransport } from '../transport/http-transport.ts';

const minuteMs = 60_000;

/** A device in a command's hands. */
export interface OpenedDevice {
  readonly device: Device;
  readonly config: ClientConfig;
  /** Keeps the local notes of a command readable by this device only. */
  readonly deviceFileKey: Uint8Array;
}

/** Runs an action with the home locked and an environment for the device. */
export async function withEnvironment<T>(
  run: Run,
  server: string,
  action: (environment: DeviceEnvironment) => Promise<T>,
): Promise<T> {
  const { context, home } = run;
  const lock = await lockHome(home.folder, context.clock);
  const segments = createSegmentThreads();
  try {
    await removeUnfinishedFiles(home.folder);
    return await action({
      engine: createNodeEngine(),
      storage: openFileStorage({
        folder: home.deviceFolder,
        newToken: () => encodeHex(context.randomBytes(8)),
      }),
      transport: createHttpTransport(server, context.interrupted),
      clock: context.clock,
      segments,
    });
  } finally {
    await segments.close();
    lock.release();
  }
}

/** The configuration of a home that has a device. @throws AccessError DEVICE_NOT_ENROLLED */
export async function getConfig(run: Run): Promise<ClientConfig> {
  const config = await readConfig(run.home);
  if (config === undefined) throw new AccessError('DEVICE_NOT_ENROLLED');
  return config;
}

/** Runs an action with the unlocked device, up to date. @throws AccessError DEVICE_LOCKED where nobody can be asked */
export async function withDevice<T>(
  run: Run,
  action: (opened: OpenedDevice) => Promise<T>,
  options: { readonly mustSync?: boolean } = {},
): Promise<T> {
  const config = await getConfig(run);
  return await withEnvironment(run, config.server, async (environment) => {
    const { unlocked, isSingleUse } = await getUnlocked(run, environment, config);
    try {
      const device = await openDevice(environment, unlocked);
      try {
        if (options.mustSync !== false) reportNewDevices(run.output, await device.sync());
        return await action({ device, config, deviceFileKey: unlocked.deviceFileKey });
      } finally {
        await (isSingleUse ? device.endSession() : device.close());
      }
    } catch (error) {
      const isOver = error instanceof StrongroomError && endCodes.has(error.code);
      if (isOver && !isSingleUse) await lockAgent(run.context, run.home.folder);
      throw error;
    } finally {
      wipeBytes(unlocked.deviceFileKey);
    }
  });
}

/** After these the agent's session is worth nothing. */
const endCodes: ReadonlySet<string> = new Set(['SESSION_REQUIRED', 'DEVICE_CUT_OFF']);

/** Tells of devices that were added to the account since this one last looked. */
export function reportNewDevices(output: Output, report: Pick<SyncReport, 'newDevices'>): void {
  for (const device of report.newDevices) output.warn(output.t('cli.devices.new', { device }));
}

async function getUnlocked(
  run: Run,
  environment: DeviceEnvironment,
  config: ClientConfig,
): Promise<{ readonly unlocked: Unlocked; readonly isSingleUse: boolean }> {
  const { context, home, output, passwordFd, canUseAgent } = run;
  if (passwordFd === undefined && canUseAgent) {
    const held = await takeUnlocked(context, home.folder);
    if (held !== undefined) return { unlocked: held, isSingleUse: false };
  }
  if (passwordFd === undefined && !context.isInteractive) throw new AccessError('DEVICE_LOCKED');
  const password = await readPassword(context, output, passwordFd);
  const unlocked = await unlock(environment, { password });
  const isSingleUse = passwordFd !== undefined || !canUseAgent;
  if (!isSingleUse) await giveToAgent(run, unlocked, config);
  return { unlocked, isSingleUse };
}

/** Hands an unlocked device to the agent; gives the time at which it locks by itself. */
export async function giveToAgent(run: Run, unlocked: Unlocked, config: ClientConfig): Promise<number> {
  const { context, home } = run;
  return await putUnlocked(context, {
    homeFolder: home.folder,
    unlocked,
    idleMs: config.idleMinutes * minuteMs,
  });
}

/** Leaves a device that was just made: unlocked with the agent where there is one, else locked. Answers when it locks by itself, or null. */
export async function leaveNewDevice(
  run: Run,
  device: Device,
  { unlocked, config }: { readonly unlocked: Unlocked; readonly config: ClientConfig },
): Promise<number | null> {
  let locksAtMs: number | null = null;
  if (run.canUseAgent) {
    locksAtMs = await giveToAgent(run, unlocked, config);
    await device.close();
  } else await device.endSession();
  wipeBytes(unlocked.deviceFileKey);
  return locksAtMs;
}

/** Notes the server in the home, before the device is made, so that a start that was cut can go on. */
export async function noteServer(run: Run, server: string): Promise<ClientConfig> {
  const config: ClientConfig = { version: 1, server, idleMinutes: idleMinutesDefault };
  await writeConfig(run.home, config, run.context);
  return config;
}
