/** Looks through folders: names of files, their bytes, and in databases each value by itself. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Finder } from './finder.ts';

/** Where a mark was found. */
export interface Place {
  readonly place: string;
  readonly mark: string;
  readonly form: string;
}

/** Marks anywhere below a folder. Sockets are passed over. */
export function searchFolder(finder: Finder, folder: string): Place[] {
  const places: Place[] = [];
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const place = path.slice(folder.length + 1);
    places.push(...searchBytes(finder, `name ${place}`, Buffer.from(place)));
    if (!entry.isFile()) continue;
    places.push(...searchBytes(finder, place, readFileSync(path)));
    if (entry.name.endsWith('.sqlite')) places.push(...searchDatabase(finder, path, place));
  }
  return places;
}

/** Marks in bytes. */
export function searchBytes(finder: Finder, place: string, bytes: Uint8Array): Place[] {
  return finder.find(bytes).map(({ mark, form }) => ({ place, mark, form }));
}

function searchDatabase(finder: Finder, path: string, place: string): Place[] {
  const places: Place[] = [];
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
    for (const { name } of tables) {
      for (const row of database.prepare(`SELECT * FROM "${String(name)}"`).iterate()) {
        for (const [column, value] of Object.entries(row)) {
          const bytes = value instanceof Uint8Array ? value : Buffer.from(String(value));
          places.push(...searchBytes(finder, `${place} ${String(name)}.${column}`, bytes));
        }
      }
    }
  } finally {
    database.close();
  }
  return places;
}
