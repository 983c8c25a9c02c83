/** Folders of a room. A folder is a path in its documents' sealed cards: it is there while something lies in it. */
import type { RecordRow } from '@strongroom/device';

/** Names from the outermost folder inwards; empty: the room itself. */
export type FolderPath = readonly string[];

/** A folder directly below another one. */
export interface FolderRow {
  readonly path: FolderPath;
  readonly name: string;
  /** Documents in it and below it. */
  readonly documents: readonly RecordRow[];
  readonly sizeBytes: number;
  readonly newestAtMs: number;
}

/** What lies in a folder: folders first, then documents, each as it was ordered. */
export interface FolderContents {
  readonly folders: readonly FolderRow[];
  readonly documents: readonly RecordRow[];
}

/** Whether `path` is `of` or lies below it. */
export function isWithin(path: FolderPath, of: FolderPath): boolean {
  return of.every((name, depth) => path[depth] === name);
}

/** Whether two paths are the same. */
export function isSamePath(one: FolderPath, other: FolderPath): boolean {
  return one.length === other.length && isWithin(one, other);
}

/** What lies directly in `path`. Folders are ordered by name. */
export function contentsOf(rows: readonly RecordRow[], path: FolderPath): FolderContents {
  const folders = new Map<string, RecordRow[]>();
  const documents: RecordRow[] = [];
  for (const row of rows) {
    if (!isWithin(row.folder, path)) continue;
    const name = row.folder[path.length];
    if (name === undefined) documents.push(row);
    else folders.set(name, [...(folders.get(name) ?? []), row]);
  }
  return {
    folders: [...folders]
      .map(([name, below]) => toFolderRow([...path, name], name, below))
      .sort((left, right) => collator.compare(left.name, right.name)),
    documents,
  };
}

/** Every folder that there is, outer before inner, by name. */
export function listFolders(rows: readonly RecordRow[]): readonly FolderPath[] {
  const paths = new Map<string, FolderPath>();
  for (const { folder } of rows) {
    for (let depth = 1; depth <= folder.length; depth++) {
      const path = folder.slice(0, depth);
      paths.set(keyOfPath(path), path);
    }
  }
  return [...paths.values()].sort(comparePaths);
}

/** A key for lists; for nothing that leaves the page. */
export function keyOfPath(path: FolderPath): string {
  return JSON.stringify(path);
}

/** Where a document in or below `from` lies when `from` itself is moved into `into`, keeping its name. */
export function moveWithin(folder: FolderPath, from: FolderPath, into: FolderPath): FolderPath {
  return [...into, ...folder.slice(Math.max(0, from.length - 1))];
}

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

function comparePaths(left: FolderPath, right: FolderPath): number {
  for (let depth = 0; depth < Math.min(left.length, right.length); depth++) {
    const order = collator.compare(left[depth] ?? '', right[depth] ?? '');
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

function toFolderRow(path: FolderPath, name: string, documents: readonly RecordRow[]): FolderRow {
  return {
    path,
    name,
    documents,
    sizeBytes: documents.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    newestAtMs: documents.reduce((newest, { writtenAtMs }) => Math.max(newest, writtenAtMs), 0),
  };
}
