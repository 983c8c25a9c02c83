/** Vaults and the clients in them. */
import { InputError } from '@strongroom/core';
import type { RecordClass } from '@strongroom/device';
import { formatList, formatValues, intlTagOf } from '@strongroom/texts';
import type { CommandInput, CommandSpec, Run } from '../command.ts';
import { askText } from '../input/ask.ts';
import { getClient, getVault } from '../session/find-named.ts';
import { withDevice } from '../session/with-device.ts';
import { nameSubject } from '../subject.ts';

export const clientCommands: readonly CommandSpec[] = [
  { path: 'vaults add', options: ['name'], run: addVault },
  { path: 'vaults list', run: listVaults },
  { path: 'vaults rename', options: ['vault', 'name'], run: renameVault },
  { path: 'clients add', options: ['name', 'alias', 'vault', 'class'], run: addClient },
  { path: 'clients list', options: ['vault'], run: listClients },
  { path: 'clients show', takes: ['<client>'], run: showClient },
  { path: 'clients class', takes: ['<client>'], options: ['class'], run: setClass },
];

/** The classification level as typed; the parser has checked that it is one of the four. */
export function readClass(input: CommandInput): { readonly class?: RecordClass } {
  const text = input.text('class');
  return text === undefined ? {} : { class: Number(text) as RecordClass };
}

async function addVault(run: Run, input: CommandInput): Promise<void> {
  const { context, output } = run;
  const name =
    input.text('name') ??
    (await askText(context, { message: output.t('cli.ask.vault-name'), option: '--name' }));
  await withDevice(run, async ({ device }) => {
    const added = await device.vaults.add({ name });
    output.result(added, () => {
      output.line(output.t('cli.vaults.add.done', { name, vault: added.vault }));
      output.line(output.t('cli.vaults.add.next'));
    });
  });
}

async function listVaults(run: Run): Promise<void> {
  const { output } = run;
  await withDevice(run, async ({ device }) => {
    const rows = await device.vaults.list();
    output.result(rows, () => {
      if (rows.length === 0) output.line(output.t('cli.vaults.list.empty'));
      else
        output.table(
          [{ heading: output.t('cli.column.name') }, { heading: output.t('cli.column.vault') }],
          rows.map((row) => [row.name ?? '', row.vault]),
        );
    });
  });
}

async function renameVault(run: Run, input: CommandInput): Promise<void> {
  const { context, output } = run;
  const name =
    input.text('name') ??
    (await askText(context, { message: output.t('cli.ask.vault-name'), option: '--name' }));
  await withDevice(run, async ({ device }) => {
    const vault = await getVault(device, input.text('vault'));
    const { line } = await device.vaults.rename({ vault, name });
    output.result({ vault, name, line }, () => output.line(output.t('cli.vaults.rename.done', { name })));
  });
}

async function setClass(run: Run, input: CommandInput): Promise<void> {
  const { output } = run;
  const { class: level } = readClass(input);
  if (level === undefined) throw nameSubject(new InputError('INPUT_MISSING'), '--class');
  await withDevice(run, async ({ device }) => {
    const { code, room } = await getClient(device, input.argument(0));
    const { line } = await device.access.setClass({ room, class: level });
    output.result({ client: code, class: level, line }, () =>
      output.line(
        output.t('cli.clients.class.done', {
          client: code,
          level: output.t(`class.${level}`),
          line: String(line.index),
        }),
      ),
    );
  });
}

async function addClient(run: Run, input: CommandInput): Promise<void> {
  const { context, output } = run;
  const name =
    input.text('name') ??
    (await askText(context, { message: output.t('cli.ask.client-name'), option: '--name' }));
  await withDevice(run, async ({ device }) => {
    const vault = await getVault(device, input.text('vault'));
    const added = await device.clients.add({
      vault,
      name,
      aliases: input.list('alias'),
      ...readClass(input),
    });
    output.result({ ...added, vault }, () => {
      output.line(output.t('cli.clients.add.done', { name, code: added.code }));
      output.line(output.t('cli.clients.add.next', { code: added.code }));
    });
  });
}

async function listClients(run: Run, input: CommandInput): Promise<void> {
  const { output } = run;
  await withDevice(run, async ({ device }) => {
    const named = input.text('vault');
    const rows = await device.clients.list(
      named === undefined ? {} : { vault: await getVault(device, named) },
    );
    output.result(rows, () => {
      if (rows.length === 0) output.line(output.t('cli.clients.list.empty'));
      else
        output.table(
          [
            { heading: output.t('cli.column.code') },
            { heading: output.t('cli.column.name') },
            { heading: output.t('cli.column.class') },
          ],
          rows.map((row) => [row.code, row.name ?? '', output.t(`class.${row.class}`)]),
        );
    });
  });
}

async function showClient(run: Run, input: CommandInput): Promise<void> {
  const { output } = run;
  await withDevice(run, async ({ device }) => {
    const client = await getClient(device, input.argument(0));
    const intlTag = intlTagOf(output.texts.locale);
    const { members, rotationDue, isFrozen } = await device.access.list(client.room);
    output.result({ ...client, members, rotationDue, isFrozen }, () => {
      output.heading(`${client.code}  ${output.t('cli.value', { value: client.name ?? '' })}`);
      output.table(
        [{ heading: output.t('cli.column.what') }, { heading: output.t('cli.column.value') }],
        [
          [output.t('cli.clients.show.aliases'), formatValues(intlTag, client.aliases)],
          [output.t('cli.column.class'), output.t(`class.${client.class}`)],
          [output.t('cli.column.room'), client.room],
          [output.t('cli.column.vault'), client.vault],
          [
            output.t('cli.clients.show.members'),
            formatList(
              intlTag,
              members.map((row) => row.name ?? row.person),
            ),
          ],
          [
            output.t('cli.column.state'),
            output.t(
              isFrozen ? 'state.room.frozen' : rotationDue ? 'state.room.keys-due' : 'state.room.open',
            ),
          ],
        ],
      );
    });
  });
}
