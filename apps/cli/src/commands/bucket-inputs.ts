/** What names a bucket: its address, its region, and the file of the credentials, which is read when it is used. */
import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Bucket, ScheduleBucket } from '@strongroom/backup';
import { InputError } from '@strongroom/core';
import type { CommandInput, Run } from '../command.ts';
import { nameSubject } from '../subject.ts';
import { nameFolder } from './backup-inputs.ts';

const regionDefault = 'us-east-1';

/** The options that say how a bucket is reached. */
export const bucketOptions = ['region', 'credentials'] as const;

/** As it was named. @throws InputError INPUT_MISSING */
export function readBucketName({ context }: Run, input: CommandInput, url: string): ScheduleBucket {
  const text = input.text('credentials');
  if (text === undefined) throw nameSubject(new InputError('INPUT_MISSING'), '--credentials');
  return {
    url,
    region: input.text('region') ?? regionDefault,
    credentials: resolve(context.cwd, text),
  };
}

/** Opens it with the credentials that its file has now. @throws InputError FILE_UNREADABLE, INPUT_INVALID, PLAINTEXT_BEYOND_LOOPBACK */
export async function openScheduled(run: Run, { url, region, credentials }: ScheduleBucket): Promise<Bucket> {
  const { context } = run;
  const { openBucket } = await import('@strongroom/backup');
  const pair = await readCredentials(run, credentials);
  try {
    return openBucket({
      url,
      region,
      credentials: pair,
      clock: context.clock,
      signal: context.interrupted,
    });
  } catch (error) {
    throw nameFolder(error, url);
  }
}

/**
 * Refuses a file that a timer's user plainly cannot read: the runs would only find it in the night.
 * @throws InputError FILE_UNREADABLE
 */
export async function assertReadableBy(path: string, userId: number | undefined): Promise<void> {
  if (userId === undefined) return;
  const { uid, mode } = await stat(path);
  if (userId !== 0 && uid !== userId && (mode & 0o044) === 0)
    throw nameSubject(new InputError('FILE_UNREADABLE'), path);
}

/** Whether an error is about the bucket, and not about the folder. */
export function isOfBucket(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('BUCKET_');
}

/** The first pair of a file as tools of S3 keep it. @throws InputError FILE_UNREADABLE, INPUT_INVALID */
async function readCredentials(
  { output }: Run,
  path: string,
): Promise<{ readonly accessKeyId: string; readonly secretAccessKey: string }> {
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
