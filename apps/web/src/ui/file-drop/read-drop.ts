/** Files and whole folder trees out of a drop, with the folders each file lay in. */

/** A file with its folders, outermost first. */
export interface DroppedFile {
  readonly file: File;
  readonly folder: readonly string[];
}

/** Reads a drop. Must be called in the event itself: the entries are gone after it. */
export async function readDrop(transfer: DataTransfer): Promise<readonly DroppedFile[]> {
  const entries = [...transfer.items]
    .filter((item) => item.kind === 'file')
    .map((item) => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() }));
  const found: DroppedFile[] = [];
  for (const { entry, file } of entries) {
    if (entry !== null) await readEntry(entry, [], found);
    else if (file !== null) found.push({ file, folder: [] });
  }
  return found;
}

/** Files of a chooser, with the folders of a chosen folder. */
export function readChosen(files: FileList): readonly DroppedFile[] {
  return [...files].map((file) => ({ file, folder: file.webkitRelativePath.split('/').slice(0, -1) }));
}

async function readEntry(
  entry: FileSystemEntry,
  folder: readonly string[],
  found: DroppedFile[],
): Promise<void> {
  if (isFileEntry(entry)) {
    const file = await new Promise<File>((resolve, reject) => {
      entry.file(resolve, reject);
    });
    found.push({ file, folder });
  } else if (isFolderEntry(entry)) {
    const reader = entry.createReader();
    // A reader answers at most a hundred at a time, and nothing when it is done.
    for (;;) {
      const children = await new Promise<readonly FileSystemEntry[]>((resolve, reject) => {
        reader.readEntries(resolve, reject);
      });
      if (children.length === 0) return;
      for (const child of children) await readEntry(child, [...folder, entry.name], found);
    }
  }
}

function isFileEntry(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isFolderEntry(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}
