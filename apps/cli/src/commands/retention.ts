/** How long the words of lines are kept, and erasing those whose time is over: a proposal that a second person approves. */
import type { CommandInput, CommandSpec, Run } from '../command.ts';
import { getClient } from '../session/find-named.ts';
import { withDevice } from '../session/with-device.ts';

export const retentionCommands: readonly CommandSpec[] = [
  { path: 'ledger retention', options: ['years'], run: showRetention },
  { path: 'ledger erase', options: ['client'], run: proposeErasing },
];

async function showRetention(run: Run, input: CommandInput): Promise<void> {
  const { output } = run;
  await withDevice(run, async ({ device }) => {
    const years = input.number('years');
    if (years !== undefined) await device.ledger.setRetention(years);
    const retention = await device.ledger.retention();
    const codes = new Map((await device.clients.list()).map((client) => [client.room, client.code]));
    output.result(retention, () => {
      output.line(
        output.t(
          retention.sinceMs === undefined ? 'cli.ledger.retention.default' : 'cli.ledger.retention.stated',
          { count: retention.years },
        ),
      );
      if (retention.due.length === 0) {
        output.line(output.t('cli.ledger.retention.nothing'));
        return;
      }
      output.table(
        [
          { heading: output.t('cli.column.month') },
          { heading: output.t('cli.column.client') },
          { heading: output.t('cli.column.state') },
        ],
        retention.due.map(({ month, room, state }) => [
          month,
          codes.get(room) ?? room,
          output.t(`cli.ledger.retention.${state}`),
        ]),
      );
    });
  });
}

async function proposeErasing(run: Run, input: CommandInput): Promise<void> {
  const { output } = run;
  await withDevice(run, async ({ device }) => {
    const client = input.text('client');
    const proposed = await device.ledger.proposeErasing(
      client === undefined ? {} : { rooms: [(await getClient(device, client)).room] },
    );
    output.result(proposed, () => {
      if (proposed.length === 0) output.line(output.t('cli.ledger.erase.nothing'));
      for (const { disposal, months } of proposed)
        output.line(output.t('cli.ledger.erase.done', { count: months.length, disposal }));
    });
  });
}
