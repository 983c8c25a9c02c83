/** The log in files, for a server that somebody watches in a terminal: the owner's alone, and bounded. */
import { appendFileSync, chmodSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** Limits of the log on disk; the oldest file goes. */
const logFileLimits = { sizeBytesMax: 10_485_760, filesMax: 4 } as const;

/** Appends lines to `path` (0600); at the size limit it becomes `path.1`, that one `path.2`, and so on. The answer throws as the file system does. */
export function createLogFile(
  path: string,
  { sizeBytesMax, filesMax }: { readonly sizeBytesMax: number; readonly filesMax: number } = logFileLimits,
): (line: string) => void {
  let sizeBytes: number | undefined;
  const open = (): number => {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    appendFileSync(path, '', { mode: 0o600 });
    chmodSync(path, 0o600);
    return statSync(path).size;
  };
  const rotate = (): void => {
    rmSync(`${path}.${filesMax - 1}`, { force: true });
    for (let number = filesMax - 2; number >= 0; number--) {
      try {
        renameSync(number === 0 ? path : `${path}.${number}`, `${path}.${number + 1}`);
      } catch (cause) {
        // There are not that many yet.
        if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
      }
    }
  };
  return (line) => {
    const lineBytes = Buffer.byteLength(line);
    sizeBytes ??= open();
    if (sizeBytes > 0 && sizeBytes + lineBytes > sizeBytesMax) {
      rotate();
      sizeBytes = open();
    }
    appendFileSync(path, line);
    sizeBytes += lineBytes;
  };
}
