/** The person's devices: adding this one with password and kit, listing them, cutting one off. */
import { InputError, decodeHex, isId } from '@strongroom/core';
import { addDevice, openDevice } from '@strongroom/device';
import type { AddDeviceOptions, DeviceEnvironment, Unlocked } from '@strongroom/device';
import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { CommandInput, CommandSpec, Run } from '../command.ts';
import { parseServerUrl, readConfig } from '../home/client-home.ts';
import { askText } from '../input/ask.ts';
import { readDescriptorLine } from '../input/read-descriptor.ts';
import { readPassword } from '../input/read-password.ts';
import { readKitFile } from '../kit/kit-file.ts';
import type { PrintedKit } from '../kit/kit-file.ts';
import { leaveNewDevice, noteServer, withDevice, withEnvironment } from '../session/with-device.ts';
import { nameSubject } from '../subject.ts';
import { serverDefault } from './start.ts';

export const devicesCommands: readonly CommandSpec[] = [
  {
    path: 'devices add',
    options: ['server', 'authority', 'personId', 'root', 'kitFd', 'fromKit'],
    run: addThisDevice,
  },
  { path: 'devices list', run: listDevices },
  { path: 'devices revoke', takes: ['<id>'], run: revokeDevice },
];

async function addThisDevice(run: Run, input: CommandInput): Promise<void> {
  const { output } = run;
  const stored = await readConfig(run.home);
  const server = parseServerUrl(input.text('server') ?? stored?.server ?? serverDefault);
  const options = await readProof(run, input);
  await withEnvironment(run, server, async (environment) => {
    // Noted before the device is made, so that one that was cut short can be unlocked.
    const config = await noteServer(run, server);
    const unlocked = await addOrForget(run, environment, { options, isNewHome: stored === undefined });
    const device = await openDevice(environment, unlocked);
    const { me } = device;
    const locksAtMs = await leaveNewDevice(run, device, { unlocked, config });
    output.result({ ...me, locksAtMs }, () => {
      output.line(output.t('cli.devices.add.done', { device: me.device }));
      output.line(output.t('cli.devices.add.next'));
    });
  });
}

/** A home in which nothing was begun is left as it was. */
async function addOrForget(
  run: Run,
  environment: DeviceEnvironment,
  { options, isNewHome }: { readonly options: AddDeviceOptions; readonly isNewHome: boolean },
): Promise<Unlocked> {
  try {
    return await addDevice(environment, options);
  } catch (error) {
    if (isNewHome && (await environment.storage.list('')).length === 0)
      await rm(run.home.configPath, { force: true });
    throw error;
  }
}

/** Who, with what: from a copy of the kit file, from options and descriptors, or asked for. */
async function readProof(run: Run, input: CommandInput): Promise<AddDeviceOptions> {
  const { context, output } = run;
  const kitPath = input.text('fromKit');
  const printed: Partial<PrintedKit> =
    kitPath === undefined ? {} : await readKitFile(resolve(context.cwd, kitPath));
  const ask = async (text: 'cli.ask.person-id' | 'cli.ask.root', option: string): Promise<string> =>
    (await askText(context, { message: output.t(text), option })).trim();
  const person = input.text('personId') ?? printed.person ?? (await ask('cli.ask.person-id', '--person-id'));
  if (!isId('per', person)) throw nameSubject(new InputError('ID_INVALID'), person);
  const root = (input.text('root') ?? printed.root ?? (await ask('cli.ask.root', '--root'))).toLowerCase();
  if (!/^[0-9a-f]{64}$/u.test(root)) throw nameSubject(new InputError('INPUT_INVALID'), '--root');
  const kit = await readKit(run, input, printed);
  const password = await readPassword(context, output, run.passwordFd);
  return { person, root: decodeHex(root), kit, password };
}

async function readKit(run: Run, input: CommandInput, printed: Partial<PrintedKit>): Promise<string> {
  const { context, output } = run;
  const descriptor = input.number('kitFd');
  if (descriptor !== undefined) return readDescriptorLine(descriptor, '--kit-fd').trim();
  if (printed.groups !== undefined) return printed.groups.join('-');
  const groups: string[] = [];
  for (let group = 1; group <= 8; group++) {
    const message = output.t('cli.ask.kit-group', { group: String(group) });
    groups.push((await askText(context, { message, option: '--kit-fd' })).trim());
  }
  return groups.join('-');
}

async function listDevices(run: Run): Promise<void> {
  const { output } = run;
  await withDevice(run, async ({ device }) => {
    const rows = await device.devices.list();
    const names = new Map((await device.people.list()).map((row) => [row.person, row.name]));
    output.result(rows, () =>
      output.table(
        [
          { heading: output.t('cli.column.device') },
          { heading: output.t('cli.column.person') },
          { heading: output.t('cli.column.state') },
        ],
        rows.map((row) => [
          row.device,
          names.get(row.person) ?? row.person,
          output.t(`state.device.${row.state}`) +
            (row.isThisDevice ? ` (${output.t('cli.devices.list.this')})` : ''),
        ]),
      ),
    );
  });
}

async function revokeDevice(run: Run, input: CommandInput): Promise<void> {
  const { output } = run;
  const id = input.argument(0);
  if (!isId('dev', id)) throw nameSubject(new InputError('ID_INVALID'), id);
  await withDevice(run, async ({ device }) => {
    const { line, generation, rotated, stillDue } = await device.devices.revoke(id);
    output.result({ device: id, line, generation: generation ?? null, rotated, stillDue }, () => {
      output.line(output.t('cli.devices.revoke.done', { device: id, line: String(line.index) }));
      if (generation !== undefined)
        output.line(output.t('cli.devices.revoke.generation', { generation: String(generation) }));
      if (rotated.length > 0) output.line(output.t('cli.sync.rotated', { count: rotated.length }));
      for (const { room, code } of stillDue) output.warn(output.t('cli.sync.still-due', { room, code }));
    });
  });
}
