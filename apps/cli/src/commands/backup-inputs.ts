/** What commands about backups ask for alike: the server's folder, the kit, progress, the folder that an error is about. */
import { platform } from 'node:os';
import { join, resolve } from 'node:path';
import type { MadeBackup, Retention } from '@strongroom/backup';
import type { CommandInput, Run } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { readDescriptorLine } from '../input/read-descriptor.ts';
import { readKitFile } from '../kit/kit-file.ts';
import { formatSize } from '../output/format-size.ts';
import { startProgress } from '../output/progress.ts';
import { nameSubject } from '../subject.ts';

const dayMs = 86_400_000;

/** As the server finds it. */
export function findServerHome({ context }: Run, input: CommandInput): string {
  const { env, userHome, cwd } = context;
  const named = input.text('serverHome') ?? env['STRONGROOM_HOME'];
  if (named !== undefined && named !== '') return resolve(cwd, named);
  if (platform() === 'darwin') return join(userHome, 'Library', 'Application Support', 'Strongroom');
  if (platform() === 'win32')
    return join(env['LOCALAPPDATA'] ?? join(userHome, 'AppData', 'Local'), 'Strongroom');
  const data = env['XDG_DATA_HOME'];
  return join(data?.startsWith('/') === true ? data : join(userHome, '.local', 'share'), 'strongroom');
}

/** The kit's text, where it was named. */
export async function readKit(run: Run, input: CommandInput): Promise<string | undefined> {
  const path = input.text('fromKit');
  if (path !== undefined) return (await readKitFile(resolve(run.context.cwd, path))).groups.join('-');
  const descriptor = input.number('kitFd');
  return descriptor === undefined ? undefined : readDescriptorLine(descriptor, '--kit-fd').trim();
}

/** Shows how far a long work is. */
export async function withProgress<T>(
  { context, output }: Run,
  work: (onProgress: (progress: { doneBytes: number; totalBytes: number }) => void) => Promise<T>,
  name: string = output.t('cli.column.backup'),
): Promise<T> {
  const { clock, stderr } = context;
  const progress = startProgress({ output, clock, name, columns: stderr.columns ?? 80 });
  try {
    return await work(progress.onProgress);
  } finally {
    progress.end();
  }
}

/** The error, with the folder it is about. */
export function nameFolder(error: unknown, folder: string): unknown {
  return error instanceof Error ? nameSubject(error, folder) : error;
}

/** What says which backups stay. */
export const keepOptions = ['keep', 'keepDays', 'keepDaily', 'keepWeekly', 'keepMonthly'] as const;

/** As it was said. */
export function readRetention(input: CommandInput): Retention {
  const [keep, keepDays] = [input.number('keep'), input.number('keepDays')];
  const [daily, weekly, monthly] = [
    input.number('keepDaily'),
    input.number('keepWeekly'),
    input.number('keepMonthly'),
  ];
  return {
    ...(keep === undefined ? {} : { keep }),
    ...(keepDays === undefined ? {} : { keepMs: keepDays * dayMs }),
    ...(daily === undefined ? {} : { daily }),
    ...(weekly === undefined ? {} : { weekly }),
    ...(monthly === undefined ? {} : { monthly }),
  };
}

/** Says what a backup that was made holds, and what not. */
export function sayMade(run: Run, made: MadeBackup): number {
  run.output.result(made, () => linesOfMade(run, made));
  return warnOfMade(run, made);
}

/** The lines about it. */
export function linesOfMade({ output }: Run, made: MadeBackup): void {
  const { locale } = output.texts;
  const { id, files, sizeBytes, copied, copiedBytes, removed } = made;
  output.line(output.t('cli.backup.create.done', { id, files, size: formatSize(sizeBytes, locale) }));
  output.line(output.t('cli.backup.create.copied', { count: copied, size: formatSize(copiedBytes, locale) }));
  if (removed > 0) output.line(output.t('cli.backup.create.removed', { count: removed }));
  output.line(output.t('cli.backup.create.no-warden'));
}

/** What is not as it should be; answers the exit code. */
export function warnOfMade({ output }: Run, made: MadeBackup): number {
  if (made.isSameDisk) output.warn(output.t('cli.backup.create.same-disk'));
  for (const path of made.missing) output.warn(output.t('cli.backup.create.missing', { path }));
  return made.missing.length === 0 ? exitCodes.ok : exitCodes.integrity;
}
