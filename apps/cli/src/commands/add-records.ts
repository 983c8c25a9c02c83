/** Sealing files into a client's room, and taking up what was cut. */
import { InputError, StrongroomError } from '@strongroom/core';
import type { AddedRecord, Device, PendingUpload } from '@strongroom/device';
import type { CommandInput, Run } from '../command.ts';
import { openBatchJournal } from '../files/batch-journal.ts';
import { findFiles, openFileSource } from '../files/file-source.ts';
import type { FoundFile } from '../files/file-source.ts';
import { formatSize } from '../output/format-size.ts';
import { formatTime } from '../output/format-time.ts';
import { startProgress } from '../output/progress.ts';
import { getClient } from '../session/find-named.ts';
import { withDevice } from '../session/with-device.ts';
import { nameSubject } from '../subject.ts';
import { readClass } from './clients.ts';

const columnsDefault = 80;

/** `records add FILE...` */
export async function addRecords(run: Run, input: CommandInput): Promise<void> {
  const { context, output, home } = run;
  const folder = (input.text('folder') ?? '').split('/').filter((part) => part !== '');
  const { files, skipped } = await findFiles({ paths: input.argumentList(0), cwd: context.cwd, folder });
  for (const path of skipped) output.warn(output.t('cli.records.add.skipped', { path }));
  if (files.length === 0)
    throw nameSubject(new InputError('FILE_UNREADABLE'), input.argumentList(0).join(' '));
  await withDevice(run, async ({ device, deviceFileKey }) => {
    const client = await getClient(device, input.text('client'));
    const { room } = client;
    const journal = await openBatchJournal({
      folder: home.batchFolder,
      room,
      files,
      deviceFileKey,
      randomBytes: context.randomBytes,
    });
    const added: (AddedRecord & { readonly path: string })[] = [];
    let alreadyDone = 0;
    for (const file of files) {
      if (journal.isDone(file)) {
        alreadyDone += 1;
        continue;
      }
      const record = await addFile(run, device, file, async (source, onProgress) =>
        device.records.add({
          room,
          source,
          folder: file.folder,
          onProgress,
          signal: context.interrupted,
          ...readClass(input),
        }),
      );
      if (files.length > 1) await journal.noteDone(file);
      added.push({ ...record, path: file.path });
    }
    await journal.finish();
    output.result({ client: client.code, records: added, alreadyDone }, () => {
      if (alreadyDone > 0) output.line(output.t('cli.records.add.already', { count: alreadyDone }));
      output.line(output.t('cli.records.add.done', { count: added.length, client: client.code }));
      for (const row of added) {
        output.line(
          `  ${row.record}  ${output.t('cli.value', { value: row.path })}` +
            (row.resumed ? `  (${output.t('cli.records.add.resumed')})` : ''),
        );
      }
    });
  });
}

/** `records resume [UPLOAD]`: all unfinished uploads, or one. */
export async function resumeUploads(run: Run, input: CommandInput): Promise<void> {
  const { context, output } = run;
  const wanted = input.findArgument(0);
  await withDevice(run, async ({ device }) => {
    const pending = (await device.records.pending()).filter(
      (upload) => wanted === undefined || upload.upload === wanted,
    );
    if (wanted !== undefined && pending.length === 0)
      throw nameSubject(new InputError('NAME_UNKNOWN'), wanted);
    const resumed: AddedRecord[] = [];
    for (const upload of pending) {
      const file = await findUploadFile(upload, context.cwd);
      resumed.push(
        await addFile(run, device, file, async (source, onProgress) =>
          device.records.resume({ upload: upload.upload, source, onProgress, signal: context.interrupted }),
        ),
      );
    }
    output.result({ records: resumed }, () =>
      output.line(
        resumed.length === 0
          ? output.t('cli.records.resume.nothing')
          : output.t('cli.records.resume.done', { count: resumed.length }),
      ),
    );
  });
}

/** `records unfinished` */
export async function listUploads(run: Run): Promise<void> {
  const { output } = run;
  await withDevice(run, async ({ device }) => {
    const rows = await device.records.pending();
    output.result(rows, () => {
      if (rows.length === 0) output.line(output.t('cli.records.resume.nothing'));
      else
        output.table(
          [
            { heading: output.t('cli.column.upload') },
            { heading: output.t('cli.column.name') },
            { heading: output.t('cli.column.done'), align: 'right' },
            { heading: output.t('cli.column.size'), align: 'right' },
            { heading: output.t('cli.column.when') },
          ],
          rows.map((row) => [
            row.upload,
            row.path ?? row.name,
            formatSize(row.doneBytes, output.texts.locale),
            formatSize(row.totalBytes, output.texts.locale),
            formatTime(row.startedAtMs),
          ]),
        );
    });
  });
}

/** `records abandon UPLOAD` */
export async function abandonUpload(run: Run, input: CommandInput): Promise<void> {
  const { output } = run;
  const upload = input.argument(0);
  await withDevice(run, async ({ device }) => {
    await device.records.abandon(upload);
    output.result({ upload }, () => output.line(output.t('cli.records.abandon.done')));
  });
}

async function findUploadFile(upload: PendingUpload, cwd: string): Promise<FoundFile> {
  const { files } = await findFiles({ paths: [upload.path ?? upload.name], cwd, folder: [] });
  const [file] = files;
  if (file === undefined) throw nameSubject(new InputError('FILE_UNREADABLE'), upload.path ?? upload.name);
  return file;
}

async function addFile(
  run: Run,
  device: Device,
  file: FoundFile,
  action: (
    source: Awaited<ReturnType<typeof openFileSource>>,
    onProgress: ReturnType<typeof startProgress>['onProgress'],
  ) => Promise<AddedRecord>,
): Promise<AddedRecord> {
  const { context, output } = run;
  const source = await openFileSource(file);
  const progress = startProgress({
    output,
    clock: context.clock,
    name: source.name,
    columns: context.stderr.columns ?? columnsDefault,
  });
  try {
    return await action(source, progress.onProgress);
  } catch (error) {
    throw error instanceof StrongroomError ? nameSubject(error, file.path) : error;
  } finally {
    progress.end();
    await source.close();
  }
}
