/**
 * Where the agent of a home listens. The socket lies in a folder that only its user may enter, and both sides refuse a folder
 * that is not so: whoever could put his own socket there would be handed the keys.
 */
import { createHash } from 'node:crypto';
import { lstat, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DependencyError } from '@strongroom/core';
import type { CliContext } from '../context.ts';
import { isMissing } from '../home/durable-file.ts';

/** Longest path that fits the system's socket address, its ending zero byte left out. */
const socketPathBytesMax = 107;

/** The folder and the path of the socket for a home. The runtime folder is preferred; a path too long moves on. */
export function findAgentSocket(
  context: Pick<CliContext, 'env' | 'temporaryFolder' | 'userId'>,
  homeFolder: string,
): { readonly folder: string; readonly path: string } {
  const { env, temporaryFolder, userId } = context;
  const name = `${createHash('sha256').update(homeFolder).digest('hex').slice(0, 16)}.sock`;
  const runtime = env['XDG_RUNTIME_DIR'];
  const folders = [
    ...(runtime === undefined || runtime === '' ? [] : [join(runtime, 'strongroom')]),
    join(homeFolder, 'run'),
    join(temporaryFolder, `strongroom-${userId ?? 'user'}`),
    join('/tmp', `strongroom-${userId ?? 'user'}`),
  ];
  for (const folder of folders) {
    const path = join(folder, name);
    if (Buffer.byteLength(path) <= socketPathBytesMax) return { folder, path };
  }
  throw new DependencyError('AGENT_FAILED', { reason: 'path-too-long' });
}

/** Makes the socket's folder for its user alone. @throws DependencyError AGENT_FAILED if it is somebody else's */
export async function prepareAgentFolder(folder: string, userId: number | undefined): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (!(await isPrivateFolder(folder, userId))) {
    throw new DependencyError('AGENT_FAILED', { reason: 'folder-not-private' });
  }
}

/** Whether a folder is there, is no link, belongs to the user and lets nobody else in. */
export async function isPrivateFolder(folder: string, userId: number | undefined): Promise<boolean> {
  try {
    const found = await lstat(folder);
    return (
      found.isDirectory() && (userId === undefined || (found.uid === userId && (found.mode & 0o077) === 0))
    );
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}
