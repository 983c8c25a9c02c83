/** Changes one cell of a ledger's tables, and puts it back. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { SQLInputValue } from 'node:sqlite';
import { officeId } from '@strongroom/core';
import type { VaultId } from '@strongroom/core';

/** The tables that a ledger is made of. */
export const ledgerTables = [
  'entries',
  'chain_places',
  'entry_rooms',
  'entry_records',
  'payloads',
  'tiles',
  'attachments',
] as const;

/** One value. */
export interface Cell {
  readonly ledger: VaultId;
  readonly path: string;
  readonly table: (typeof ledgerTables)[number];
  readonly row: Readonly<Record<string, SQLInputValue>>;
  readonly column: string;
}

/** Every cell of both ledgers. */
export function listCells(home: string, vault: VaultId): readonly Cell[] {
  return [
    { ledger: officeId, path: join(home, 'data/office/office.sqlite') },
    { ledger: vault, path: join(home, 'data/vaults', vault, 'vault.sqlite') },
  ].flatMap(({ ledger, path }) => {
    const database = new DatabaseSync(path, { readOnly: true });
    const cells = ledgerTables.flatMap((table) =>
      (database.prepare(`select * from ${table}`).all() as Cell['row'][]).flatMap((row) =>
        Object.keys(row).map((column) => ({ ledger, path, table, row, column })),
      ),
    );
    database.close();
    return cells;
  });
}

/** Changes a byte, a sign or a number; undefined where the database does not take it (another row has that key). */
export function spoilCell(cell: Cell, at: number): (() => void) | undefined {
  const { column, row } = cell;
  const spoiled = { ...row, [column]: spoil(row[column] ?? null, at) };
  try {
    replace(cell, row, spoiled);
  } catch {
    return undefined;
  }
  return () => replace(cell, spoiled, row);
}

function replace({ path, table, column }: Cell, from: Cell['row'], to: Cell['row']): void {
  const database = new DatabaseSync(path, { enableForeignKeyConstraints: false });
  try {
    const names = Object.keys(from);
    const where = names.map((name) => `${name} is ?`).join(' and ');
    const values = names.map((name) => from[name] ?? null);
    const { changes } = database
      .prepare(`update ${table} set ${column} = ? where ${where}`)
      .run(to[column] ?? null, ...values);
    if (changes !== 1) throw new Error('one row was to change');
  } finally {
    database.close();
  }
}

function spoil(value: SQLInputValue, at: number): SQLInputValue {
  if (value instanceof Uint8Array) {
    const changed = value.slice();
    const place = at % Math.max(1, changed.length);
    changed[place] = (changed[place] ?? 0) ^ (1 << (at % 8));
    return changed;
  }
  if (typeof value === 'string') {
    const place = at % Math.max(1, value.length);
    return `${value.slice(0, place)}${value[place] === 'x' ? 'y' : 'x'}${value.slice(place + 1)}`;
  }
  return typeof value === 'number' ? value + 1 : 'VOID_FORM';
}
