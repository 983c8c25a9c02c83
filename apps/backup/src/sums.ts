/** The list of a backup's files, as `sha256sum` writes and checks it. */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { IntegrityError } from '@strongroom/core';
import { isTargetPath } from './layout.ts';

/** Hash in hexadecimal by path. */
export type Sums = ReadonlyMap<string, string>;

const linePattern = /^([0-9a-f]{64}) {2}(\S+)$/u;
/** Lines joined for one write. */
const linesAtOnce = 4096;

/** Reads a list. @throws IntegrityError BACKUP_DAMAGED for a line that is none, a path of elsewhere, or one named twice */
export async function readSums(path: string): Promise<Sums> {
  const sums = new Map<string, string>();
  const lines = createInterface({ input: createReadStream(path), crlfDelay: Infinity });
  for await (const line of lines) {
    const [, hash, name] = linePattern.exec(line) ?? [];
    if (hash === undefined || name === undefined || !isTargetPath(name) || sums.has(name))
      throw new IntegrityError('BACKUP_DAMAGED', { reason: 'list' });
    sums.set(name, hash);
  }
  return sums;
}

/** Writes a list durably, sorted by path. */
export async function writeSums(path: string, sums: Sums): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    const names = [...sums.keys()].toSorted();
    for (let from = 0; from < names.length; from += linesAtOnce) {
      const lines = names.slice(from, from + linesAtOnce).map((name) => `${sums.get(name)}  ${name}\n`);
      await file.writeFile(lines.join(''));
    }
    await file.sync();
  } finally {
    await file.close();
  }
}
