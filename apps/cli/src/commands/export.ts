/** Leaving with everything: what this person may read, as archives that age and tar open. Spec: docs/spec/export.md. */
import { mkdir, readFile, realpath } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { encodeUtf8, InputError } from '@strongroom/core';
import { createNodeEngine } from '@strongroom/core/node';
import type { Purpose } from '@strongroom/device';
import type { CommandInput, CommandSpec, Run } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import type { ExportReport } from '../export/export-firm.ts';
import { describeLeftOut } from '../export/export-index.ts';
import type { ExportJournal, ExportNotes } from '../export/export-journal.ts';
import { placeFile } from '../files/place-file.ts';
import { isMissing } from '../home/durable-file.ts';
import { readVerifierPage } from '../ledger/verifier-page.ts';
import { formatSize } from '../output/format-size.ts';
import { formatTime } from '../output/format-time.ts';
import { startProgress } from '../output/progress.ts';
import { getClient } from '../session/find-named.ts';
import { withDevice } from '../session/with-device.ts';
import { nameSubject } from '../subject.ts';

const leftOutShownMax = 50;

export const exportCommands: readonly CommandSpec[] = [
  {
    path: 'export',
    takes: ['<dir>'],
    options: ['all', 'client', 'recipient', 'newKey', 'versions', 'purpose', 'reason'],
    run: exportAll,
  },
];

async function exportAll(run: Run, input: CommandInput): Promise<number> {
  const { context, output, home } = run;
  const code = input.text('client');
  if (input.flag('all') === (code !== undefined)) throw nameSubject(new InputError('INPUT_MISSING'), '--all');
  const wanted = resolve(context.cwd, input.argument(0));
  await mkdir(wanted, { recursive: true, mode: 0o700 });
  const folder = await realpath(wanted);
  // The library of age and what goes with it is loaded by this command only.
  const { exportFirm } = await import('../export/export-firm.ts');
  const { openExportJournal } = await import('../export/export-journal.ts');
  const engine = createNodeEngine();
  return await withDevice(run, async ({ device, deviceFileKey }) => {
    const journal = openExportJournal({ engine, journals: home.exportFolder, target: folder, deviceFileKey });
    const client = code === undefined ? undefined : await getClient(device, code);
    const reason = input.text('reason');
    const recipients = await findRecipients(run, input, journal);
    const progress = startProgress({
      output,
      clock: context.clock,
      name: output.t('cli.column.export'),
      columns: context.stderr.columns ?? 80,
    });
    let report: ExportReport;
    try {
      report = await exportFirm({
        device,
        engine,
        output,
        clock: context.clock,
        signal: context.interrupted,
        folder,
        journal,
        recipients,
        hasAllVersions: input.flag('versions'),
        purpose: (input.text('purpose') ?? 'handover') as Purpose,
        readVerifierPage: async () =>
          await readVerifierPage().catch(() => {
            output.warn(output.t('cli.export.no-verifier'));
            return undefined;
          }),
        onProgress: progress.onProgress,
        onWait: (untilMs) => output.remark(output.t('cli.export.wait', { when: formatTime(untilMs) })),
        ...(client === undefined ? {} : { client }),
        ...(reason === undefined ? {} : { reason }),
      });
    } finally {
      progress.end();
    }
    await writeBeside(run, { folder, report, journal });
    return sayExported(run, folder, report);
  });
}

/** Those that were named, and the new key's where one was asked for. @throws InputError INPUT_MISSING, INPUT_INVALID; ConflictError TARGET_EXISTS */
async function findRecipients(run: Run, input: CommandInput, journal: ExportJournal): Promise<string[]> {
  const { context } = run;
  const { makeAgeKey, createEncrypter } = await import('../export/age-volume.ts');
  const named = [...input.list('recipient')];
  createEncrypter(named);
  const text = input.text('newKey');
  if (text === undefined) {
    if (named.length === 0) throw nameSubject(new InputError('INPUT_MISSING'), '--recipient');
    return named;
  }
  const path = resolve(context.cwd, text);
  const unfinished: ExportNotes | undefined = await journal.read();
  const begun = unfinished === undefined ? undefined : await readOwnRecipient(path);
  if (begun !== undefined) return [...named, begun];
  const { file, recipient } = await makeAgeKey(context.clock.nowMs());
  await placeFile(context, { path, bytes: encodeUtf8(file), isForced: false });
  return [...named, recipient];
}

/** The recipient that a key file of an export says of itself. */
async function readOwnRecipient(path: string): Promise<string | undefined> {
  try {
    return /^# public key: (age1\S+)$/mu.exec(await readFile(path, 'utf8'))?.[1];
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** What lies beside the volumes; with it the export is whole and nothing has to be remembered. */
async function writeBeside(
  { context, output }: Run,
  of: { readonly folder: string; readonly report: ExportReport; readonly journal: ExportJournal },
): Promise<void> {
  const { folder, report, journal } = of;
  const sums = report.volumes.map(({ name, sha256 }) => `${sha256}  ${name}\n`).join('');
  const unpack =
    'sha256sum -c SHA256SUMS\nmkdir export\nfor f in strongroom-export-*.tar.age; do age -d -i KEY "$f" | tar -x -C export; done\n';
  const files = new Map([
    ['README.txt', `${output.t('cli.export.readme')}\n\n${unpack}`],
    ['SHA256SUMS', sums],
  ]);
  for (const [name, text] of files)
    await placeFile(context, { path: join(folder, name), bytes: encodeUtf8(text), isForced: true });
  await journal.remove();
}

function sayExported(
  { output }: Run,
  folder: string,
  { volumes, index, alreadyThere }: ExportReport,
): number {
  const { documents, leftOut, destroyed, ledgers } = index;
  const result = {
    folder,
    volumes,
    documents: documents.length,
    alreadyThere,
    destroyed: destroyed.length,
    ledgers: ledgers.length,
    leftOut,
  };
  const sizeBytes = volumes.reduce((sum, volume) => sum + volume.sizeBytes, 0);
  output.result(result, () => {
    const size = formatSize(sizeBytes, output.texts.locale);
    output.line(
      output.t('cli.export.done', { count: documents.length, volumes: volumes.length, size, folder }),
    );
    if (alreadyThere > 0) output.line(output.t('cli.export.already', { count: alreadyThere }));
    if (destroyed.length > 0) output.line(output.t('cli.export.destroyed', { count: destroyed.length }));
    output.line(output.t('cli.records.open.outside'));
    output.line(output.t('cli.export.next', { folder }));
  });
  if (leftOut.length === 0) return exitCodes.ok;
  output.warn(output.t('cli.export.left-out', { count: leftOut.length }));
  for (const one of leftOut.slice(0, leftOutShownMax)) {
    const what = [one.client, one.record ?? one.ledger, one.name]
      .filter((part) => part !== undefined)
      .join(' ');
    output.warn(`  ${output.t('cli.value', { value: what })}: ${describeLeftOut(output, one)}`);
  }
  if (leftOut.length > leftOutShownMax) output.warn(`  ${output.t('cli.export.more')}`);
  return exitCodes.refused;
}
