/** A disk that is soon full: a memory file system of a few megabytes, where mounting is allowed. */
import { spawnSync } from 'node:child_process';
import { closeSync, fstatSync, ftruncateSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const blockBytes = 65_536;

/** Why no disk can be mounted here, or undefined where one can. */
export function findMountRefusal(folder: string): string | undefined {
  if (process.platform !== 'linux') return 'a memory file system is mounted on Linux only';
  const disk = SmallDisk.mount(folder, 1);
  if (typeof disk === 'string') return `mounting a memory file system is refused here: ${disk}`;
  disk.unmount();
  return undefined;
}

/** A mounted disk. */
export class SmallDisk {
  readonly folder: string;
  readonly #filler: string;

  private constructor(folder: string) {
    this.folder = folder;
    this.#filler = join(folder, 'filler');
  }

  /** Mounts on a folder, which is made; the answer is the reason where that is refused. */
  static mount(folder: string, megabytes: number): SmallDisk | string {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const run = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=700`, 'tmpfs', folder], {
      encoding: 'utf8',
    });
    if (run.status === 0) return new SmallDisk(folder);
    return (run.stderr ?? run.error?.message ?? 'no mount command').trim();
  }

  /** Leaves this many bytes free, whole pages. */
  fill(freeBytes: number): void {
    this.clear();
    const file = openSync(this.#filler, 'w');
    try {
      const block = Buffer.alloc(blockBytes, 1);
      for (;;) {
        try {
          writeSync(file, block);
        } catch (cause) {
          if ((cause as NodeJS.ErrnoException).code === 'ENOSPC') break;
          throw cause;
        }
      }
      ftruncateSync(file, Math.max(0, fstatSync(file).size - freeBytes));
    } finally {
      closeSync(file);
    }
  }

  /** Gives the room back. */
  clear(): void {
    rmSync(this.#filler, { force: true });
  }

  /** Takes the disk away with everything on it. */
  unmount(): void {
    spawnSync('umount', ['-l', this.folder]);
  }
}
