/** Who may open a client's records, and holds against destruction. */
import { InputError, isId } from '@strongroom/core';
import { parseEndDate } from '../command.ts';
import type { CommandInput, CommandSpec, Run } from '../command.ts';
import { formatTime } from '../output/format-time.ts';
import { getClient, getPerson, getRecordId } from '../session/find-named.ts';
import { withDevice } from '../session/with-device.ts';
import { nameSubject } from '../subject.ts';

export const accessCommands: readonly CommandSpec[] = [
  { path: 'access list', takes: ['<client>'], run: listAccess },
  {
    path: 'access grant',
    takes: ['<client>', '<person>'],
    options: ['manager', 'fingerprint', 'ends', 'noHistory'],
    run: grantAccess,
  },
  { path: 'access revoke', takes: ['<client>', '<person>'], run: revokeAccess },
  { path: 'holds place', takes: ['<client>'], options: ['record', 'reason'], run: placeHold },
  { path: 'holds lift', takes: ['<id>'], run: liftHold },
  { path: 'holds list', options: ['client'], run: listHolds },
];

async function listAccess(run: Run, input: CommandInput): Promise<void> {
  const { output } = run;
  await withDevice(run, async ({ device }) => {
    const client = await getClient(device, input.argument(0));
    const access = await device.access.list(client.room);
    output.result({ client: client.code, ...access }, () => {
      output.table(
        [
          { heading: output.t('cli.column.name') },
          { heading: output.t('cli.column.person') },
          { heading: output.t('cli.column.role') },
          { heading: output.t('cli.column.ends') },
          { heading: output.t('cli.column.state') },
          { heading: output.t('cli.column.fingerprint') },
        ],
        access.members.map((row) => [
          row.name ?? '',
          row.person,
          output.t(`role.${row.role}`),
          row.endsAtMs === undefined ? '' : formatTime(row.endsAtMs),
          output.t(
            row.isWalled
              ? 'state.member.walled'
              : row.isActive
                ? 'state.member.active'
                : 'state.member.suspended',
          ),
          row.fingerprint,
        ]),
      );
      if (access.rotationDue) output.line(output.t('cli.access.rotation-due'));
      if (access.isFrozen) output.line(output.t('state.room.frozen'));
    });
  });
}

async function grantAccess(run: Run, input: CommandInput): Promise<void> {
  const { output } = run;
  const fingerprint = input.text('fingerprint');
  const ends = input.text('ends');
  await withDevice(run, async ({ device }) => {
    const client = await getClient(device, input.argument(0));
    const person = await getPerson(device, input.argument(1));
    const { line } = await device.access.grant({
      room: client.room,
      person,
      role: input.flag('manager') ? 'manager' : 'member',
      withHistory: !input.flag('noHistory'),
      ...(fingerprint === undefined ? {} : { fingerprint }),
      ...(ends === undefined ? {} : { endsAtMs: parseEndDate(ends) }),
    });
    output.result({ client: client.code, person, line }, () =>
      output.line(
        output.t('cli.access.grant.done', {
          person: input.argument(1),
          client: client.code,
          line: String(line.index),
        }),
      ),
    );
  });
}

async function revokeAccess(run: Run, input: CommandInput): Promise<void> {
  const { output } = run;
  await withDevice(run, async ({ device }) => {
    const client = await getClient(device, input.argument(0));
    const person = await getPerson(device, input.argument(1));
    const { line, rotationDue } = await device.access.revoke({ room: client.room, person });
    output.result({ client: client.code, person, line, rotationDue }, () => {
      output.line(
        output.t('cli.access.revoke.done', {
          person: input.argument(1),
          client: client.code,
          line: String(line.index),
        }),
      );
      if (rotationDue) output.line(output.t('cli.access.rotation-due'));
      output.line(output.t('cli.access.revoke.kept'));
    });
  });
}

async function placeHold(run: Run, input: CommandInput): Promise<void> {
  const { output } = run;
  const records = input.list('record').map(getRecordId);
  const reason = input.text('reason');
  await withDevice(run, async ({ device }) => {
    const client = await getClient(device, input.argument(0));
    const { hold, line } = await device.holds.place({
      room: client.room,
      ...(records.length === 0 ? {} : { records }),
      ...(reason === undefined ? {} : { reason }),
    });
    output.result({ hold, line, client: client.code, records }, () =>
      output.line(
        records.length === 0
          ? output.t('cli.holds.place.room', { client: client.code, hold })
          : output.t('cli.holds.place.records', { client: client.code, hold, count: records.length }),
      ),
    );
  });
}

async function liftHold(run: Run, input: CommandInput): Promise<void> {
  const { output } = run;
  const hold = input.argument(0);
  if (!isId('hld', hold)) throw nameSubject(new InputError('ID_INVALID'), hold);
  await withDevice(run, async ({ device }) => {
    const { line } = await device.holds.lift({ hold });
    output.result({ hold, line }, () => output.line(output.t('cli.holds.lift.done', { hold })));
  });
}

async function listHolds(run: Run, input: CommandInput): Promise<void> {
  const { output } = run;
  await withDevice(run, async ({ device }) => {
    const named = input.text('client');
    const rows = await device.holds.list(
      named === undefined ? {} : { room: (await getClient(device, named)).room },
    );
    const codes = new Map((await device.clients.list()).map((client) => [client.room, client.code]));
    const names = new Map((await device.people.list()).map((row) => [row.person, row.name]));
    output.result(rows, () => {
      if (rows.length === 0) output.line(output.t('cli.holds.list.empty'));
      else
        output.table(
          [
            { heading: output.t('cli.column.hold') },
            { heading: output.t('cli.column.client') },
            { heading: output.t('cli.column.records') },
            { heading: output.t('cli.column.person') },
            { heading: output.t('cli.column.when') },
            { heading: output.t('cli.column.state') },
          ],
          rows.map((row) => [
            row.hold,
            codes.get(row.room) ?? row.room,
            row.records.length === 0 ? output.t('cli.holds.list.all') : String(row.records.length),
            names.get(row.placedBy) ?? row.placedBy,
            formatTime(row.placedAtMs),
            output.t(`state.hold.${row.state}`),
          ]),
        );
    });
  });
}
