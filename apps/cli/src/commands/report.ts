/** Lists of lines by client, person and period, as CSV or on paper. */
import { extname, resolve } from 'node:path';
import { encodeUtf8, InputError, officeId } from '@strongroom/core';
import type { VaultId } from '@strongroom/core';
import { formatCsv } from '@strongroom/texts';
import type { Device, LineReport, LineRow } from '@strongroom/device';
import type { CommandInput, CommandSpec, Run } from '../command.ts';
import { placeFile } from '../files/place-file.ts';
import { describeLine, loadNames } from '../ledger/describe-line.ts';
import type { Names } from '../ledger/describe-line.ts';
import { printPaper } from '../papers/print-paper.ts';
import { getClient, getPerson, getVault } from '../session/find-named.ts';
import type { Output } from '../output/output.ts';
import { withDevice } from '../session/with-device.ts';
import { nameSubject } from '../subject.ts';

const dayMs = 86_400_000;

export const reportCommands: readonly CommandSpec[] = [
  {
    path: 'ledger report',
    options: [
      'office',
      'vault',
      'client',
      'ofPerson',
      'since',
      'until',
      'names',
      'format',
      'output',
      'force',
    ],
    run: writeReport,
  },
];

async function writeReport(run: Run, input: CommandInput): Promise<void> {
  const { context, output } = run;
  const [since, until, person] = [input.text('since'), input.text('until'), input.text('ofPerson')];
  const isPaper = (input.text('format') ?? extname(input.text('output') ?? '')).endsWith('pdf');
  const path = resolve(context.cwd, input.text('output') ?? (isPaper ? 'lines.pdf' : 'lines.csv'));
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
    const list = await listRows(run, device, report);
    const bytes = isPaper
      ? await printPaper(
          {
            kind: 'lines',
            locale: output.texts.locale,
            ledgerName: await nameLedger(run, device, ledger),
            origin: report.origin,
            size: report.size,
            root: report.root,
            rows: list.map(toPaperRow),
            period: [since ?? '', until ?? ''],
            ...(report.statement === undefined ? {} : { statementLine: report.statement.index }),
            madeAtMs: report.madeAtMs,
            timeZone: 'UTC',
          },
          output.texts,
        )
      : encodeUtf8(formatCsv(makeTable(output, list, report.statement !== undefined)));
    await placeFile(context, { path, bytes, isForced: input.flag('force') });
    const { lines, ...facts } = report;
    output.result({ ...facts, lines: lines.length, path }, () => {
      output.line(output.t('cli.ledger.report.done', { count: lines.length, path }));
      if (report.statement !== undefined)
        output.line(output.t('cli.ledger.report.stated', { line: String(report.statement.index) }));
    });
  });
}

/** A line in words. */
interface ListRow {
  readonly line: string;
  readonly time: string;
  readonly what: string;
  readonly person: string;
  readonly client: string;
  readonly records: string;
  readonly purpose: string;
  readonly reason: string;
  readonly hash: string;
}

async function listRows({ output }: Run, device: Device, report: LineReport): Promise<ListRow[]> {
  const { t } = output;
  const names: Names =
    report.statement === undefined ? codesOf(report.lines) : await loadNames(device, output);
  const nameOf = (id: string | undefined): string => (id === undefined ? '' : (names.get(id) ?? id));
  return report.lines.map((row) => ({
    line: String(row.index),
    time: new Date(row.atMs).toISOString(),
    what: describeLine(output, row, names),
    person: row.device === 'warden' ? t('cli.ledger.warden') : nameOf(row.person),
    client: nameOf(row.room),
    records: row.records.map(nameOf).join(' '),
    purpose:
      row.erasedAtMs === undefined
        ? row.purpose === undefined
          ? ''
          : t(`purpose.${row.purpose}`)
        : t('cli.ledger.show.erased', { date: new Date(row.erasedAtMs).toISOString() }),
    reason: row.reason ?? '',
    hash: row.hash,
  }));
}

/** Reasons have a column only where a statement says that names and reasons were given out. */
function makeTable({ t }: Output, rows: readonly ListRow[], hasReasons: boolean): string[][] {
  const headings = [
    t('cli.column.line'),
    t('cli.column.when'),
    t('cli.column.what'),
    t('cli.column.person'),
    t('cli.column.client'),
    t('cli.column.records'),
    t('cli.column.purpose'),
    ...(hasReasons ? [t('cli.column.reason')] : []),
    t('cli.column.hash'),
  ];
  return [
    headings,
    ...rows.map(({ line, time, what, person, client, records, purpose, reason, hash }) => [
      line,
      time,
      what,
      person,
      client,
      records,
      purpose,
      ...(hasReasons ? [reason] : []),
      hash,
    ]),
  ];
}

function toPaperRow({ line, time, what, person, client, purpose, reason, hash }: ListRow): string[] {
  const note = [purpose, reason].filter((part) => part !== '').join(': ');
  return [line, time, what, person, client, note, hash];
}

async function nameLedger({ output }: Run, device: Device, ledger: VaultId): Promise<string> {
  if (ledger === officeId) return output.t('cli.ledger.witnesses.office');
  return (await device.vaults.list()).find(({ vault }) => vault === ledger)?.name ?? ledger;
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
