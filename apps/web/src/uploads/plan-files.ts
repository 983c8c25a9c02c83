/** What is to happen with files that were dropped or chosen, before anything is sent: which meet a document of the same name. */
import type { RecordRow } from '@strongroom/device';
import type { FileToAdd } from '../keys/contract.ts';

/** A file and the document that stands where it would stand. */
export interface NameClash {
  readonly file: FileToAdd;
  readonly existing: RecordRow;
}

/** Files by what is to be asked. */
export interface FilePlan {
  readonly fresh: readonly FileToAdd[];
  readonly clashes: readonly NameClash[];
}

/** What a person chose for a clash. */
export type ClashChoice = 'version' | 'both' | 'skip';

/** Files that systems leave in folders and nobody means to keep. */
const leftBySystems: ReadonlySet<string> = new Set(['.ds_store', 'thumbs.db', 'desktop.ini']);

/** What was chosen or dropped, below the folder it was meant for. */
export function intoFolder(files: readonly FileToAdd[], folder: readonly string[]): readonly FileToAdd[] {
  return files
    .filter(({ file }) => !leftBySystems.has(file.name.toLowerCase()))
    .map((each) => ({ file: each.file, folder: [...folder, ...each.folder] }));
}

/** Parts files into those that stand alone and those whose name is taken in their folder. */
export function planFiles(files: readonly FileToAdd[], rows: readonly RecordRow[]): FilePlan {
  const taken = new Map(
    rows
      .filter(({ state }) => state === 'present')
      .map((row) => [placeOf(row.folder, row.name), row] as const),
  );
  const fresh: FileToAdd[] = [];
  const clashes: NameClash[] = [];
  for (const file of files) {
    const existing = taken.get(placeOf(file.folder, file.file.name));
    if (existing === undefined) fresh.push(file);
    else clashes.push({ file, existing });
  }
  return { fresh, clashes };
}

/** A name that is free in the folder: `Deed.pdf`, then `Deed (2).pdf`. `taken` are the names there. */
export function freeName(name: string, taken: ReadonlySet<string>): string {
  const folded = new Set([...taken].map(fold));
  if (!folded.has(fold(name))) return name;
  const dot = name.lastIndexOf('.');
  const [stem, ending] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
  for (let number = 2; ; number++) {
    const candidate = `${stem} (${number})${ending}`;
    if (!folded.has(fold(candidate))) return candidate;
  }
}

/** The same bytes under another name; nothing is copied. */
export function renameFile(file: File, name: string): File {
  return new File([file], name, { type: file.type, lastModified: file.lastModified });
}

function placeOf(folder: readonly string[], name: string): string {
  return JSON.stringify([...folder, name].map(fold));
}

function fold(text: string): string {
  return text.normalize('NFC').toLocaleLowerCase('und');
}
