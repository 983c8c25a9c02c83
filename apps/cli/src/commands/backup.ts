/** Backups of a server's data, made and checked on its machine: operator's commands, without a device. Spec: docs/spec/backup.md. */
import { resolve } from 'node:path';
import type { BackupReport } from '@strongroom/backup';
import { StrongroomError } from '@strongroom/core';
import { createNodeEngine } from '@strongroom/core/node';
import type { CommandInput, CommandSpec, Run } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { formatSize } from '../output/format-size.ts';
import { formatTime } from '../output/format-time.ts';
import {
  findServerHome,
  keepOptions,
  nameFolder,
  readKit,
  readRetention,
  sayMade,
  withProgress,
} from './backup-inputs.ts';

const dayMs = 86_400_000;

export const backupCommands: readonly CommandSpec[] = [
  { path: 'backup create', takes: ['<dir>'], options: ['serverHome', ...keepOptions], run: create },
  { path: 'backup list', takes: ['<dir>'], run: list },
  { path: 'backup verify', takes: ['<dir>', '[backup]'], options: ['fromKit', 'kitFd'], run: verify },
];

/** The code of backups is loaded by its own commands only. */
const loadBackup = async () => await import('@strongroom/backup');

async function create(run: Run, input: CommandInput): Promise<number> {
  const { context } = run;
  const { makeBackup } = await loadBackup();
  const home = findServerHome(run, input);
  const target = resolve(context.cwd, input.argument(0));
  const made = await withProgress(run, async (onProgress) =>
    makeBackup({
      engine: createNodeEngine(),
      home,
      target,
      nowMs: context.clock.nowMs(),
      retention: readRetention(input),
      signal: context.interrupted,
      onProgress,
    }),
  ).catch((error: unknown) => {
    throw nameFolder(
      error,
      error instanceof StrongroomError && error.code === 'BACKUP_NO_FIRM' ? home : target,
    );
  });
  return sayMade(run, made);
}

async function list(run: Run, input: CommandInput): Promise<void> {
  const { context, output } = run;
  const { listBackups } = await loadBackup();
  const target = resolve(context.cwd, input.argument(0));
  const backups = await listBackups(target).catch((error: unknown) => {
    throw nameFolder(error, target);
  });
  const rows = backups.map(({ id, madeAtMs, files, sizeBytes }) => ({ id, madeAtMs, files, sizeBytes }));
  output.result(rows, () => {
    if (rows.length === 0) {
      output.line(output.t('cli.backup.list.empty'));
      return;
    }
    const nowMs = context.clock.nowMs();
    output.table(
      [
        { heading: output.t('cli.column.backup') },
        { heading: output.t('cli.column.when') },
        { heading: output.t('cli.column.age') },
        { heading: output.t('cli.column.files'), align: 'right' },
        { heading: output.t('cli.column.size'), align: 'right' },
      ],
      rows.map(({ id, madeAtMs, files, sizeBytes }) => {
        const days = Math.max(0, Math.floor((nowMs - madeAtMs) / dayMs));
        return [
          id,
          formatTime(madeAtMs),
          days === 0 ? output.t('cli.backup.list.today') : output.t('cli.backup.list.days', { days }),
          String(files),
          formatSize(sizeBytes, output.texts.locale),
        ];
      }),
    );
  });
}

async function verify(run: Run, input: CommandInput): Promise<number> {
  const { context, output } = run;
  const { verifyBackup } = await loadBackup();
  const target = resolve(context.cwd, input.argument(0));
  const [id, kit] = [input.findArgument(1), await readKit(run, input)];
  const report = await withProgress(run, async (onProgress) =>
    verifyBackup({
      engine: createNodeEngine(),
      target,
      ...(id === undefined ? {} : { id }),
      ...(kit === undefined ? {} : { kit }),
      temporaryFolder: context.temporaryFolder,
      signal: context.interrupted,
      onProgress,
    }),
  ).catch((error: unknown) => {
    throw nameFolder(error, target);
  });
  const { head, missing, altered, contents } = report;
  const result = { id: head.id, files: head.files, missing, altered, contents: contents ?? null };
  output.result(result, () => sayReport(run, report));
  const isGood = missing.length + altered.length + (contents?.problems.length ?? 0) === 0;
  return isGood ? exitCodes.ok : exitCodes.integrity;
}

function sayReport({ output }: Run, { head, missing, altered, contents }: BackupReport): void {
  const { id, files } = head;
  const count = missing.length + altered.length;
  if (count === 0) output.line(output.t('cli.backup.verify.files-good', { id, files }));
  else output.warn(output.t('cli.backup.verify.files-bad', { id, count }));
  for (const path of missing) output.warn(`  ${output.t('cli.backup.verify.missing', { path })}`);
  for (const path of altered) output.warn(`  ${output.t('cli.backup.verify.altered', { path })}`);
  if (contents === undefined) {
    output.line(output.t('cli.backup.verify.no-kit'));
    return;
  }
  for (const { ledger, entries, root } of contents.ledgers)
    output.line(output.t('cli.backup.verify.ledger', { ledger, count: entries, root }));
  output.line(output.t('cli.backup.verify.bodies', { count: contents.bodies }));
  for (const { path, code } of contents.problems)
    output.warn(`  ${path}: ${output.say(`cli.backup.problem.${code}`)}`);
}
