/** Backups in a bucket: a folder's copy elsewhere, there and back. Spec: docs/spec/backup.md section 10. */
import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Bucket, PushedBackups } from '@strongroom/backup';
import type { CommandInput, CommandSpec, Run } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { formatSize } from '../output/format-size.ts';
import { isOfBucket, openScheduled, readBucketName } from './bucket-inputs.ts';
import { keepOptions, nameFolder, readRetention, withProgress } from './backup-inputs.ts';

export const backupBucketCommands: readonly CommandSpec[] = [
  {
    path: 'backup push',
    takes: ['<dir>', '<bucket>'],
    options: ['region', 'credentials', ...keepOptions],
    run: push,
  },
  {
    path: 'backup pull',
    takes: ['<bucket>', '<dir>', '[backup]'],
    options: ['region', 'credentials'],
    run: pull,
  },
];

/** The code of backups is loaded by its own commands only. */
const loadBackup = async () => await import('@strongroom/backup');

async function openNamed(run: Run, input: CommandInput, url: string): Promise<Bucket> {
  return await openScheduled(run, readBucketName(run, input, url));
}

async function push(run: Run, input: CommandInput): Promise<number> {
  const { context } = run;
  const { pushBackups } = await loadBackup();
  const target = resolve(context.cwd, input.argument(0));
  const url = input.argument(1);
  const bucket = await openNamed(run, input, url);
  const pushed = await withProgress(run, async (onProgress) =>
    pushBackups({
      target,
      bucket,
      retention: readRetention(input),
      nowMs: context.clock.nowMs(),
      temporaryFolder: context.temporaryFolder,
      signal: context.interrupted,
      onProgress,
    }),
  ).catch((error: unknown) => {
    throw nameFolder(error, isOfBucket(error) ? url : target);
  });
  run.output.result(pushed, () => linesOfPushed(run, pushed));
  return warnOfPushed(run, pushed);
}

/** Says what went to a bucket. */
export function linesOfPushed({ output }: Run, { backups, sent, sentBytes, removed }: PushedBackups): void {
  const size = formatSize(sentBytes, output.texts.locale);
  output.line(output.t('cli.backup.push.done', { count: sent, size, backups: backups.length }));
  if (removed > 0) output.line(output.t('cli.backup.create.removed', { count: removed }));
}

/** Names what did not fit into a bucket; answers the exit code. */
export function warnOfPushed({ output }: Run, { tooLarge }: PushedBackups): number {
  for (const path of tooLarge) output.warn(output.t('cli.backup.push.too-large', { path }));
  return tooLarge.length === 0 ? exitCodes.ok : exitCodes.integrity;
}

async function pull(run: Run, input: CommandInput): Promise<void> {
  const { context, output } = run;
  const { pullBackup } = await loadBackup();
  const url = input.argument(0);
  const target = resolve(context.cwd, input.argument(1));
  const id = input.findArgument(2);
  const bucket = await openNamed(run, input, url);
  await mkdir(target, { recursive: true, mode: 0o700 });
  const pulled = await withProgress(run, async (onProgress) =>
    pullBackup({
      target,
      bucket,
      ...(id === undefined ? {} : { id }),
      signal: context.interrupted,
      onProgress,
    }),
  ).catch((error: unknown) => {
    throw nameFolder(error, url);
  });
  output.result(pulled, () => {
    const size = formatSize(pulled.broughtBytes, output.texts.locale);
    output.line(output.t('cli.backup.pull.done', { id: pulled.id, count: pulled.brought, size }));
    output.line(output.t('cli.backup.pull.next', { folder: target }));
  });
}
