/** A machine that another device of the person takes in by a code: shown on the new one, given to the other one. */
import { AccessError, InputError, StrongroomError } from '@strongroom/core';
import { beginAdoption, openDevice } from '@strongroom/device';
import type { AdoptionState, PendingAdoption, Unlocked } from '@strongroom/device';
import { rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { CommandInput, CommandSpec, Run } from '../command.ts';
import { parseServerUrl, readConfig } from '../home/client-home.ts';
import { askConsent } from '../input/ask.ts';
import { readPassword } from '../input/read-password.ts';
import { leaveNewDevice, noteServer, withDevice, withEnvironment } from '../session/with-device.ts';
import { nameSubject } from '../subject.ts';
import { serverDefault } from './start.ts';

const askAgainMs = 2_000;

export const adoptionCommands: readonly CommandSpec[] = [
  { path: 'devices wait', options: ['server', 'authority', 'name'], run: waitForDevice },
  { path: 'devices adopt', takes: ['<code>'], options: ['fingerprint'], run: adoptDevice },
];

/** On the new machine: shows a code until another device has taken it, then asks for the password. */
async function waitForDevice(run: Run, input: CommandInput): Promise<void> {
  const { context, output } = run;
  // Said before a code is shown that would come to nothing.
  if (run.passwordFd === undefined && !context.isInteractive)
    throw nameSubject(new InputError('INPUT_MISSING'), '--password-fd');
  const stored = await readConfig(run.home);
  const server = parseServerUrl(input.text('server') ?? stored?.server ?? serverDefault);
  await withEnvironment(run, server, async (environment) => {
    const pending = await beginAdoption(environment, { name: input.text('name') ?? hostname() });
    const { code, fingerprint } = pending;
    output.remark(output.t('cli.devices.wait.code', { code }));
    output.remark(output.t('cli.devices.wait.fingerprint', { fingerprint }));
    output.remark(output.t('cli.devices.wait.how', { link: `${server}/me#adopt=${code}` }));
    output.event({ code, fingerprint });
    try {
      const answered = await untilAnswered(run, pending);
      output.remark(output.t('cli.devices.wait.answered', { name: answered.personName ?? answered.person }));
      const password = await readPassword(context, output, run.passwordFd);
      const config = await noteServer(run, server);
      const unlocked = await completeOrForget(run, pending, { password, isNewHome: stored === undefined });
      const device = await openDevice(environment, unlocked);
      const { me } = device;
      const locksAtMs = await leaveNewDevice(run, device, { unlocked, config });
      output.result({ ...me, locksAtMs }, () =>
        output.line(output.t('cli.devices.add.done', { device: me.device })),
      );
    } finally {
      pending.discard();
    }
  });
}

/** A home in which nothing was begun is left as it was. */
async function completeOrForget(
  run: Run,
  pending: PendingAdoption,
  { password, isNewHome }: { readonly password: string; readonly isNewHome: boolean },
): Promise<Unlocked> {
  try {
    return await pending.complete({ password });
  } catch (error) {
    if (isNewHome) await rm(run.home.configPath, { force: true });
    throw error;
  }
}

async function untilAnswered(
  { context }: Run,
  pending: PendingAdoption,
): Promise<Extract<AdoptionState, { kind: 'answered' }>> {
  for (;;) {
    try {
      const state = await pending.check();
      if (state.kind === 'answered') return state;
    } catch (cause) {
      if (!(cause instanceof StrongroomError) || cause.code !== 'RATE_LIMITED') throw cause;
    }
    await context.clock.sleep(askAgainMs);
  }
}

/** On a device that is unlocked: shows what waits behind the code, and takes it in once the fingerprint was compared. */
async function adoptDevice(run: Run, input: CommandInput): Promise<void> {
  const { context, output } = run;
  const code = input.argument(0);
  await withDevice(run, async ({ device }) => {
    const found = await device.devices.previewAdoption(code);
    output.remark(output.t('cli.devices.adopt.found', { name: found.name, fingerprint: found.fingerprint }));
    const typed = input.text('fingerprint')?.toUpperCase();
    const isSame =
      typed === undefined
        ? await askConsent(context, {
            message: output.t('cli.devices.adopt.ask'),
            yes: output.t('cli.yes'),
            no: output.t('cli.no'),
            option: '--fingerprint',
          })
        : typed === found.fingerprint;
    if (!isSame) throw new AccessError('FINGERPRINT_MISMATCH');
    const { fingerprint } = found;
    const adopted = await device.devices.adopt({ code, fingerprint });
    output.result(adopted, () => output.line(output.t('cli.devices.adopt.done', { device: adopted.device })));
  });
}
