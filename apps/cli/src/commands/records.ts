/** Records: listing, opening, their versions. Adding is in add-records.ts, destroying in disposals.ts. */
import { lstat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { ConflictError, InputError, encodeHex } from '@strongroom/core';
import type { OpenedRecord, Purpose, RecordRow } from '@strongroom/device';
import type { CommandInput, CommandSpec, Run } from '../command.ts';
import { createFileSink, createSpoolSink, toFileName } from '../files/file-sink.ts';
import { formatSize } from '../output/format-size.ts';
import { formatTime } from '../output/format-time.ts';
import type { Output } from '../output/output.ts';
import { startProgress } from '../output/progress.ts';
import { getClient, getRecordId, getRecords } from '../session/find-named.ts';
import { withDevice } from '../session/with-device.ts';
import { nameSubject } from '../subject.ts';
import { abandonUpload, addRecords, listUploads, resumeUploads } from './add-records.ts';

export const recordCommands: readonly CommandSpec[] = [
  { path: 'records add', takes: ['<file...>'], options: ['client', 'folder', 'class'], run: addRecords },
  { path: 'records resume', takes: ['[upload]'], run: resumeUploads },
  { path: 'records unfinished', run: listUploads },
  { path: 'records abandon', takes: ['<upload>'], run: abandonUpload },
  { path: 'records list', options: ['client'], run: listRecords },
  {
    path: 'records open',
    takes: ['<id>'],
    options: ['output', 'purpose', 'reason', 'recordVersion', 'force'],
    run: openRecord,
  },
  { path: 'records show', takes: ['<id>'], run: showRecord },
  { path: 'records versions', takes: ['<id>'], run: listVersions },
];

async function listRecords(run: Run, input: CommandInput): Promise<void> {
  const { output } = run;
  await withDevice(run, async ({ device }) => {
    const client = await getClient(device, input.text('client'));
    const rows = await device.records.list({ room: client.room });
    output.result(rows, () => {
      if (rows.length === 0) {
        output.line(output.t('cli.records.list.empty', { code: client.code }));
        return;
      }
      const sorted = rows.toSorted((left, right) => pathOf(left).localeCompare(pathOf(right)));
      output.table(
        [
          { heading: output.t('cli.column.record') },
          { heading: output.t('cli.column.name') },
          { heading: output.t('cli.column.size'), align: 'right' },
          { heading: output.t('cli.column.version'), align: 'right' },
          { heading: output.t('cli.column.when') },
          { heading: output.t('cli.column.state') },
        ],
        sorted.map((row) => [
          row.record,
          pathOf(row),
          formatSize(row.sizeBytes, output.texts.locale),
          String(row.version),
          formatTime(row.writtenAtMs),
          describeState(output, row),
        ]),
      );
    });
  });
}

function pathOf(row: RecordRow): string {
  return [...row.folder, row.name].join('/');
}

function describeState(output: Output, row: RecordRow): string {
  if (row.state === 'destroyed') return output.t('state.record.destroyed');
  return output.t(row.isOnHold ? 'state.record.on-hold' : 'state.record.present');
}

async function openRecord(run: Run, input: CommandInput): Promise<void> {
  const { context, output } = run;
  const record = getRecordId(input.argument(0));
  const target = input.text('output');
  if (target === undefined) throw nameSubject(new InputError('INPUT_MISSING'), '--output');
  const version = input.number('recordVersion');
  const reason = input.text('reason');
  const progress = startProgress({
    output,
    clock: context.clock,
    name: record,
    columns: context.stderr.columns ?? 80,
  });
  const request = {
    record,
    purpose: (input.text('purpose') ?? 'work') as Purpose,
    onProgress: progress.onProgress,
    ...(version === undefined ? {} : { version }),
    ...(reason === undefined ? {} : { reason }),
  };
  const token = encodeHex(context.randomBytes(8));
  if (target === '-') {
    const sink = await createSpoolSink({ folder: run.home.spoolFolder, token, target: context.stdout });
    await withDevice(run, async ({ device }) => device.records.open({ ...request, sink }));
    progress.end();
    return;
  }
  const place = await findPlace(resolve(context.cwd, target), input.flag('force'));
  await withDevice(run, async ({ device }) => {
    const sink = await createFileSink(place.folder, token);
    let opened: OpenedRecord;
    let path: string;
    try {
      opened = await device.records.open({ ...request, sink });
      path = place.path ?? join(place.folder, toFileName(opened.name));
      await sink.place(path, input.flag('force'));
    } finally {
      await sink.abort(); // does nothing once the file has its name
      progress.end();
    }
    output.result({ ...opened, path }, () => {
      output.line(
        output.t('cli.records.open.done', {
          path,
          size: formatSize(opened.sizeBytes, output.texts.locale),
          line: String(opened.line.index),
        }),
      );
      output.line(output.t('cli.records.open.outside'));
    });
  });
}

/** Where a file will lie, looked at before anything is opened: a refusal here leaves no line in the ledger. */
async function findPlace(
  target: string,
  canReplace: boolean,
): Promise<{ readonly folder: string; readonly path?: string }> {
  const found = await lstat(target).catch(() => undefined);
  if (found?.isDirectory() === true) return { folder: target };
  if (found !== undefined && !canReplace) throw nameSubject(new ConflictError('TARGET_EXISTS'), target);
  return { folder: dirname(target), path: target };
}

async function showRecord(run: Run, input: CommandInput): Promise<void> {
  const { output } = run;
  await withDevice(run, async ({ device }) => {
    const [row] = await getRecords(device, [getRecordId(input.argument(0))]);
    if (row === undefined) return;
    const names = new Map((await device.people.list()).map((person) => [person.person, person.name]));
    output.result(row, () => {
      output.heading(output.t('cli.value', { value: row.name }));
      output.table(
        [{ heading: output.t('cli.column.what') }, { heading: output.t('cli.column.value') }],
        [
          [output.t('cli.column.record'), row.record],
          [output.t('cli.column.folder'), row.folder.join('/')],
          [output.t('cli.column.type'), row.type],
          [output.t('cli.column.size'), formatSize(row.sizeBytes, output.texts.locale)],
          [output.t('cli.column.version'), String(row.version)],
          [output.t('cli.column.author'), names.get(row.author) ?? row.author],
          [output.t('cli.column.when'), formatTime(row.writtenAtMs)],
          [output.t('cli.column.class'), output.t(`class.${row.class}`)],
          [output.t('cli.column.state'), describeState(output, row)],
        ],
      );
    });
  });
}

async function listVersions(run: Run, input: CommandInput): Promise<void> {
  const { output } = run;
  const record = getRecordId(input.argument(0));
  await withDevice(run, async ({ device }) => {
    const [row] = await getRecords(device, [record]);
    if (row === undefined) return;
    const client = (await device.clients.list()).find(({ room }) => room === row.room);
    if (client === undefined) throw nameSubject(new InputError('NAME_UNKNOWN'), record);
    const names = new Map((await device.people.list()).map((person) => [person.person, person.name]));
    const lines = await device.ledger.lines({ ledger: client.vault, room: row.room, record });
    const versions = lines.filter(({ kind }) => kind === 'written');
    output.result(versions, () =>
      output.table(
        [
          { heading: output.t('cli.column.version'), align: 'right' },
          { heading: output.t('cli.column.when') },
          { heading: output.t('cli.column.author') },
          { heading: output.t('cli.column.line'), align: 'right' },
        ],
        versions.map((line) => [
          String(line.facts['version'] ?? ''),
          formatTime(line.atMs),
          line.person === undefined ? '' : (names.get(line.person) ?? line.person),
          String(line.index),
        ]),
      ),
    );
  });
}
