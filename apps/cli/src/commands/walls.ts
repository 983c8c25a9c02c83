/** Walls that keep a person out of rooms: which stand, and taking one down. */
import { InputError, isId } from '@strongroom/core';
import type { CommandInput, CommandSpec, Run } from '../command.ts';
import { getClient } from '../session/find-named.ts';
import { withDevice } from '../session/with-device.ts';
import { nameSubject } from '../subject.ts';

export const wallCommands: readonly CommandSpec[] = [
  { path: 'walls list', options: ['client'], run: listWalls },
  { path: 'walls lift', takes: ['<id>'], run: liftWall },
];

async function listWalls(run: Run, input: CommandInput): Promise<void> {
  const { output } = run;
  await withDevice(run, async ({ device }) => {
    const named = input.text('client');
    const rows = await device.walls.list(
      named === undefined ? {} : { room: (await getClient(device, named)).room },
    );
    const codes = new Map((await device.clients.list()).map((client) => [client.room, client.code]));
    const names = new Map((await device.people.list()).map((row) => [row.person, row.name]));
    output.result(rows, () => {
      if (rows.length === 0) output.line(output.t('cli.walls.list.empty'));
      else
        output.table(
          [
            { heading: output.t('cli.column.wall') },
            { heading: output.t('cli.column.person') },
            { heading: output.t('cli.column.client') },
            { heading: output.t('cli.column.line'), align: 'right' },
          ],
          rows.map(({ wall, person, rooms, raisedLine }) => [
            wall,
            names.get(person) ?? person,
            rooms.map((room) => codes.get(room) ?? room).join(' '),
            String(raisedLine),
          ]),
        );
    });
  });
}

async function liftWall(run: Run, input: CommandInput): Promise<void> {
  const { output } = run;
  const wall = input.argument(0);
  if (!isId('wal', wall)) throw nameSubject(new InputError('ID_INVALID'), wall);
  await withDevice(run, async ({ device }) => {
    const { line } = await device.walls.lift({ wall });
    output.result({ wall, line }, () =>
      output.line(output.t('cli.walls.lift.done', { wall, line: String(line.index) })),
    );
  });
}
