/** Which file system the home lies on: overwriting in place is real on some only (docs/spec/warden.md section 3). */
import { statfs } from 'node:fs/promises';

const names: ReadonlyMap<number, string> = new Map([
  [0xef53, 'ext4'],
  [0x58465342, 'xfs'],
  [0x9123683e, 'btrfs'],
  [0x2fc12fc1, 'zfs'],
  [0x794c7630, 'overlay'],
  [0x01021994, 'tmpfs'],
  [0xf2f52010, 'f2fs'],
  [0x6969, 'nfs'],
]);

/** A short name, `unknown` where it cannot be told. */
export async function describeFileSystem(path: string): Promise<string> {
  try {
    return names.get((await statfs(path)).type) ?? 'unknown';
  } catch {
    // Not every platform answers; the status then says unknown.
    return 'unknown';
  }
}

/** Whether overwriting a file in place overwrites its blocks. */
export function isOverwritingReal(fileSystem: string): boolean {
  return fileSystem === 'ext4' || fileSystem === 'xfs';
}
