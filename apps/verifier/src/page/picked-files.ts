/** Files that a person chose or dropped, folders with all that is in them. */
import type { PickedFile } from '../evidence/findings.ts';

/** Files from an input; a folder's have their path in it. */
export function fromInput(files: FileList): readonly PickedFile[] {
  return [...files].map((file) => toPicked(file, file.webkitRelativePath || file.name));
}

/** Files from a drop. Folders are read through; must be called while the event is handled. */
export async function fromDrop(transfer: DataTransfer): Promise<readonly PickedFile[]> {
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  const found: PickedFile[] = [];
  for (const entry of entries) await collect(entry, found);
  return found;
}

function toPicked(file: File, path: string): PickedFile {
  return { path, read: async () => new Uint8Array(await file.arrayBuffer()) };
}

async function collect(entry: FileSystemEntry, found: PickedFile[]): Promise<void> {
  const path = entry.fullPath.replace(/^\//u, '');
  if (entry.isFile) {
    const file = await new Promise<File>((settle, fail) => (entry as FileSystemFileEntry).file(settle, fail));
    found.push(toPicked(file, path));
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    // A reader gives a folder in batches, and an empty one at its end.
    const batch = await new Promise<FileSystemEntry[]>((settle, fail) => reader.readEntries(settle, fail));
    if (batch.length === 0) return;
    for (const one of batch) await collect(one, found);
  }
}
