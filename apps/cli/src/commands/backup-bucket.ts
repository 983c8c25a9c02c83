/** Backups in a bucket: a folder's copy elsewhere, there and back. Spec: docs/spec/backup.md section 10. */
import { mkdir, readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Bucket, Credentials } from '@strongroom/backup';
import { InputError } from '@strongroom/core';
import type { CommandInput, CommandSpec, Run } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { formatSize } from '../output/format-size.ts';
import { nameSubject } from '../subject.ts';
import { keepOptions, nameFolder, readRetention, withProgress } from './backup-inputs.ts';

const regionDefault = 'us-east-1';

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
  const { context } = run;
  const { openBucket } = await loadBackup();
  const text = input.text('credentials');
  if (text === undefined) throw nameSubject(new InputError('INPUT_MISSING'), '--credentials');
  const credentials = await readCredentials(run, resolve(context.cwd, text));
  try {
    return openBucket({
      url,
      region: input.text('region') ?? regionDefault,
      credentials,
      clock: context.clock,
      signal: context.interrupted,
    });
  } catch (error) {
    throw nameFolder(error, url);
  }
}

/** The first pair of a file as tools of S3 keep it. @throws InputError FILE_UNREADABLE, INPUT_INVALID */
async function readCredentials({ output }: Run, path: string): Promise<Credentials> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw nameSubject(new InputError('FILE_UNREADABLE', {}, { cause }), path);
  });
  const find = (name: string): string | undefined =>
    new RegExp(`^\\s*${name}\\s*=\\s*(\\S+)\\s*$`, 'mu').exec(text)?.[1];
  const [accessKeyId, secretAccessKey] = [find('aws_access_key_id'), find('aws_secret_access_key')];
  if (accessKeyId === undefined || secretAccessKey === undefined)
    throw nameSubject(new InputError('INPUT_INVALID', { name: '--credentials' }), path);
  if (((await stat(path)).mode & 0o077) !== 0)
    output.warn(output.t('cli.backup.push.open-to-others', { path }));
  return { accessKeyId, secretAccessKey };
}

async function push(run: Run, input: CommandInput): Promise<number> {
  const { context, output } = run;
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
  const { backups, sent, sentBytes, removed, tooLarge } = pushed;
  output.result(pushed, () => {
    const size = formatSize(sentBytes, output.texts.locale);
    output.line(output.t('cli.backup.push.done', { count: sent, size, backups: backups.length }));
    if (removed > 0) output.line(output.t('cli.backup.create.removed', { count: removed }));
  });
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

function isOfBucket(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('BUCKET_');
}
