/** Lists of lines by client, person and period, as CSV. */
import { resolve } from 'node:path';
import { encodeUtf8, InputError, officeId } from '@strongroom/core';
import { formatCsv } from '@strongroom/texts';
import type { Device, LineReport, LineRow } from '@strongroom/device';
import type { CommandInput, CommandSpec, Run } from '../command.ts';
import { placeFile } from '../files/place-file.ts';
import { describeLine, loadNames } from '../ledger/describe-line.ts';
import type { Names } from '../ledger/describe-line.ts';
import { getClient, getPerson, getVault } from '../session/find-named.ts';
import { withDevice } from '../session/with-device.ts';
import { nameSubject } from '../subject.ts';

const dayMs = 86_400_000;

export const reportCommands: readonly CommandSpec[] = [
  {
    path: 'ledger report',
    options: ['office', 'vault', 'client', 'ofPerson', 'since', 'until', 'names', 'output', 'force'],
    run: writeReport,
  },
];

async function writeReport(run: Run, input: CommandInput): Promise<void> {
  const { context, output } = run;
  const [since, until, person] = [input.text('since'), input.text('until'), input.text('ofPerson')];
  const path = resolve(context.cwd, input.text('output') ?? 'lines.csv');
  await withDevice(run, async ({ device }) => {
    const code = input.text('client');
    const client = code === undefined ? undefined : await getClient(device, code);
    const ledger = input.flag('office')
      ? officeId
      : (client?.vault ?? (await getVault(device, input.text('vault'))));
    const report = await device.ledger.report({
      ledger,
      ...(client === undefined ? {} : { room: client.room }),
      ...(person === undefined ? {} : { person: await getPerson(device, person) }),
      ...(since === undefined ? {} : { fromMs: parseDay(since) }),
      ...(until === undefined ? {} : { toMs: parseDay(until) + dayMs }),
      withNames: input.flag('names'),
    });
    const bytes = encodeUtf8(formatCsv(await makeTable(run, device, report)));
    await placeFile(context, { path, bytes, isForced: input.flag('force') });
    const { lines, ...facts } = report;
    output.result({ ...facts, lines: lines.length, path }, () => {
      output.line(output.t('cli.ledger.report.done', { count: lines.length, path }));
      if (report.statement !== undefined)
        output.line(output.t('cli.ledger.report.stated', { line: String(report.statement.index) }));
    });
  });
}

async function makeTable({ output }: Run, device: Device, report: LineReport): Promise<string[][]> {
  const { t } = output;
  const hasNames = report.statement !== undefined;
  const names: Names = hasNames ? await loadNames(device, output) : codesOf(report.lines);
  const nameOf = (id: string | undefined): string => (id === undefined ? '' : (names.get(id) ?? id));
  const headings = [
    t('cli.column.line'),
    t('cli.column.when'),
    t('cli.column.what'),
    t('cli.column.person'),
    t('cli.column.client'),
    t('cli.column.records'),
    t('cli.column.purpose'),
    ...(hasNames ? [t('cli.column.reason')] : []),
    t('cli.column.hash'),
  ];
  return [
    headings,
    ...report.lines.map((row) => [
      String(row.index),
      new Date(row.atMs).toISOString(),
      describeLine(output, row, names),
      row.device === 'warden' ? t('cli.ledger.warden') : nameOf(row.person),
      nameOf(row.room),
      row.records.map(nameOf).join(' '),
      row.erasedAtMs === undefined
        ? row.purpose === undefined
          ? ''
          : t(`purpose.${row.purpose}`)
        : t('cli.ledger.show.erased', { date: new Date(row.erasedAtMs).toISOString() }),
      ...(hasNames ? [row.reason ?? ''] : []),
      row.hash,
    ]),
  ];
}

/** Clients' codes are pseudonyms; every other id stands for itself. */
function codesOf(lines: readonly LineRow[]): Names {
  return new Map(
    lines.flatMap(({ room, names }) =>
      room === undefined || names?.clientCode === undefined ? [] : [[room, names.clientCode] as const],
    ),
  );
}

/** The beginning of a day in UTC. @throws InputError INPUT_INVALID */
function parseDay(text: string): number {
  const atMs = /^\d{4}-\d{2}-\d{2}$/u.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(atMs)) throw nameSubject(new InputError('INPUT_INVALID', { name: 'date' }), text);
  return atMs;
}
