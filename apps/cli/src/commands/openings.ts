/** Own openings against the ledgers, and what did not fit. */
import { InputError } from '@strongroom/core';
import type { DisputeRow, MyOpening } from '@strongroom/device';
import type { CommandInput, CommandSpec, Run } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { loadNames } from '../ledger/describe-line.ts';
import { formatTime } from '../output/format-time.ts';
import { withDevice } from '../session/with-device.ts';
import { nameSubject } from '../subject.ts';

const idCharacters = 12;

export const openingCommands: readonly CommandSpec[] = [
  { path: 'ledger mine', options: ['count'], run: showMine },
  { path: 'ledger disputes', run: showDisputes },
  { path: 'ledger close', takes: ['<dispute>'], run: closeDispute },
];

async function showMine(run: Run, input: CommandInput): Promise<number> {
  const { output } = run;
  return await withDevice(run, async ({ device }) => {
    const { alarming, raised } = await device.mine.reconcile();
    const count = input.number('count');
    const mine = await device.mine.openings(count === undefined ? {} : { count });
    const names = await loadNames(device, output);
    output.result({ ...mine, raised }, () => {
      output.table(
        [
          { heading: output.t('cli.column.line'), align: 'right' },
          { heading: output.t('cli.column.when') },
          { heading: output.t('cli.column.what') },
          { heading: output.t('cli.column.where') },
          { heading: output.t('cli.column.receipt') },
        ],
        mine.openings.map((row) => [
          String(row.index),
          formatTime(row.atMs),
          output.t(`web.me.kind.${kindOf(row)}`, { count: row.records.length }),
          row.room === undefined ? '' : (names.get(row.room) ?? row.room),
          output.t(`web.me.match.${row.match}`),
        ]),
      );
      if (alarming === 0) output.line(output.t('cli.ledger.mine.good', { count: mine.total }));
      else output.warn(output.t('cli.ledger.mine.alarm', { count: alarming }));
      if (raised.length > 0) output.warn(output.t('cli.ledger.mine.raised', { count: raised.length }));
    });
    return alarming === 0 ? exitCodes.ok : exitCodes.integrity;
  });
}

/** A document is opened by itself; what is asked for of many at once is their names. */
function kindOf(row: MyOpening): MyOpening['kind'] {
  return row.kind === 'released' && row.records.length > 1 ? 'listed' : row.kind;
}

async function showDisputes(run: Run): Promise<void> {
  const { output } = run;
  await withDevice(run, async ({ device }) => {
    const rows = await device.mine.disputes();
    output.result(rows, () => {
      if (rows.length === 0) output.line(output.t('cli.ledger.disputes.none'));
      for (const row of rows) {
        output.line(`${row.dispute.slice(0, idCharacters)}  ${formatTime(row.atMs)}  ${describe(run, row)}`);
      }
    });
  });
}

function describe({ output }: Run, { what, name, person, index, ledger }: DisputeRow): string {
  return output.t(`cli.ledger.disputes.${what}`, { who: name ?? person, line: String(index), ledger });
}

async function closeDispute(run: Run, input: CommandInput): Promise<void> {
  const { output } = run;
  const text = input.argument(0).toLowerCase();
  await withDevice(run, async ({ device }) => {
    const found = (await device.mine.disputes()).filter(({ dispute }) => dispute.startsWith(text));
    const [row] = found;
    if (row === undefined || found.length > 1 || text.length < idCharacters)
      throw nameSubject(new InputError('INPUT_INVALID', { name: 'dispute' }), text);
    const line = await device.mine.closeDispute(row.dispute);
    output.result(line, () =>
      output.line(output.t('cli.ledger.disputes.closed', { line: String(line.index) })),
    );
  });
}
