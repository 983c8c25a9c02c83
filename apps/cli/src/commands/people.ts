/** People: inviting, admitting, suspending, roles. */
import type { FirmRole, PersonRow } from '@strongroom/device';
import { formatValues, intlTagOf } from '@strongroom/texts';
import { parseEndDate } from '../command.ts';
import type { CommandInput, CommandSpec, Run } from '../command.ts';
import { askText } from '../input/ask.ts';
import { formatTime } from '../output/format-time.ts';
import type { Output } from '../output/output.ts';
import { getPerson } from '../session/find-named.ts';
import { withDevice } from '../session/with-device.ts';

export const peopleCommands: readonly CommandSpec[] = [
  { path: 'people invite', options: ['name', 'role', 'ends'], run: invite },
  { path: 'people list', run: listPeople },
  { path: 'people show', takes: ['<person>'], run: showPerson },
  { path: 'people admit', takes: ['<person>'], options: ['fingerprint'], run: admit },
  {
    path: 'people suspend',
    takes: ['<person>'],
    run: async (run, input) => await change(run, input, 'suspend'),
  },
  {
    path: 'people reinstate',
    takes: ['<person>'],
    run: async (run, input) => await change(run, input, 'reinstate'),
  },
  { path: 'people roles', takes: ['<person>'], options: ['grant', 'revoke'], run: changeRoles },
];

async function invite(run: Run, input: CommandInput): Promise<void> {
  const { context, output } = run;
  const name =
    input.text('name') ??
    (await askText(context, { message: output.t('cli.ask.colleague'), option: '--name' }));
  const ends = input.text('ends');
  const endsAtMs = ends === undefined ? undefined : parseEndDate(ends);
  await withDevice(run, async ({ device }) => {
    const roles = input.list('role') as ('opener' | 'auditor' | 'officer' | 'administrator')[];
    const invited = await device.people.invite({
      name,
      roles,
      ...(endsAtMs === undefined ? {} : { endsAtMs }),
    });
    output.result(invited, () => {
      output.line(output.t('cli.people.invite.done', { name }));
      output.line();
      output.line(`    ${invited.code}`);
      output.line();
      output.line(output.t('cli.people.invite.next'));
    });
  });
}

function describeRoles(output: Output, roles: readonly FirmRole[]): string {
  return formatValues(
    intlTagOf(output.texts.locale),
    roles.map((role) => output.t(`role.${role}`)),
  );
}

function describeState(output: Output, row: PersonRow): string {
  const state = output.t(`state.person.${row.state}`);
  if (row.state !== 'active') return state;
  return row.isAdmitted ? state : `${state} · ${output.t('state.person.not-admitted')}`;
}

async function listPeople(run: Run): Promise<void> {
  const { output } = run;
  await withDevice(run, async ({ device }) => {
    const rows = await device.people.list();
    output.result(rows, () => {
      output.table(
        [
          { heading: output.t('cli.column.name') },
          { heading: output.t('cli.column.person') },
          { heading: output.t('cli.column.roles') },
          { heading: output.t('cli.column.state') },
        ],
        rows.map((row) => [
          (row.name ?? '') + (row.isMe ? ` (${output.t('cli.people.list.me')})` : ''),
          row.person,
          describeRoles(output, row.roles),
          describeState(output, row),
        ]),
      );
      if (rows.length === 1) output.line(output.t('cli.people.list.alone'));
    });
  });
}

async function showPerson(run: Run, input: CommandInput): Promise<void> {
  const { output } = run;
  await withDevice(run, async ({ device }) => {
    const person = await device.people.show(await getPerson(device, input.argument(0)));
    output.result(person, () => {
      output.heading(output.t('cli.value', { value: person.name ?? person.person }));
      output.table(
        [{ heading: output.t('cli.column.what') }, { heading: output.t('cli.column.value') }],
        [
          [output.t('cli.column.person'), person.person],
          [output.t('cli.column.roles'), describeRoles(output, person.roles)],
          [output.t('cli.column.state'), describeState(output, person)],
          [output.t('cli.column.fingerprint'), person.fingerprint ?? ''],
          [output.t('cli.column.ends'), person.endsAtMs === undefined ? '' : formatTime(person.endsAtMs)],
          ...person.devices.map((row) => [
            output.t('cli.column.device'),
            `${row.device} (${output.t(`state.device.${row.state}`)})`,
          ]),
        ],
      );
    });
  });
}

async function admit(run: Run, input: CommandInput): Promise<void> {
  const { context, output } = run;
  const fingerprint =
    input.text('fingerprint') ??
    (await askText(context, { message: output.t('cli.ask.fingerprint'), option: '--fingerprint' }));
  await withDevice(run, async ({ device }) => {
    const person = await getPerson(device, input.argument(0));
    await device.people.admit({ person, fingerprint });
    output.result({ person }, () =>
      output.line(output.t('cli.people.admit.done', { person: input.argument(0) })),
    );
  });
}

async function change(run: Run, input: CommandInput, what: 'suspend' | 'reinstate'): Promise<void> {
  const { output } = run;
  await withDevice(run, async ({ device }) => {
    const person = await getPerson(device, input.argument(0));
    await device.people[what](person);
    output.result({ person, state: what === 'suspend' ? 'suspended' : 'active' }, () =>
      output.line(output.t(`cli.people.${what}.done`, { person: input.argument(0) })),
    );
  });
}

async function changeRoles(run: Run, input: CommandInput): Promise<void> {
  const { output } = run;
  await withDevice(run, async ({ device }) => {
    const person = await getPerson(device, input.argument(0));
    const grant = input.text('grant') as FirmRole | undefined;
    const revoke = input.text('revoke') as FirmRole | undefined;
    if (grant !== undefined) await device.people.grantRole(person, grant);
    if (revoke !== undefined) await device.people.revokeRole(person, revoke);
    const { roles } = await device.people.show(person);
    output.result({ person, roles }, () =>
      output.line(
        roles.length === 0
          ? output.t('cli.people.roles.none', { person: input.argument(0) })
          : output.t('cli.people.roles.done', {
              person: input.argument(0),
              roles: describeRoles(output, roles),
            }),
      ),
    );
  });
}
