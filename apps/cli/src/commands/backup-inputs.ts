/** What commands about backups ask for alike: the server's folder, the kit, progress, the folder that an error is about. */
import { platform } from 'node:os';
import { join, resolve } from 'node:path';
import type { CommandInput, Run } from '../command.ts';
import { readDescriptorLine } from '../input/read-descriptor.ts';
import { readKitFile } from '../kit/kit-file.ts';
import { startProgress } from '../output/progress.ts';
import { nameSubject } from '../subject.ts';

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
): Promise<T> {
  const { clock, stderr } = context;
  const name = output.t('cli.column.backup');
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
