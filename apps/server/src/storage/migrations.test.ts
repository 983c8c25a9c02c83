import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formatColumnTable } from './column-table.ts';
import { officeColumnClasses, vaultColumnClasses } from './column-classes.ts';
import { migrate, officeMigrations, vaultMigrations } from './migrations.ts';
import { openSqlite } from './sqlite-dialect.ts';
import { openOfficeStore, openVaultStore } from './store.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sr-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function describeSchema(path: string): unknown {
  const handle = new DatabaseSync(path);
  const rows = handle
    .prepare("select type, name, sql from sqlite_master where name not like 'sqlite_%' order by name")
    .all();
  handle.close();
  return rows;
}

const kinds = [
  { name: 'vault', sets: [vaultMigrations], classes: vaultColumnClasses, open: openVaultStore },
  {
    name: 'office',
    sets: [vaultMigrations, officeMigrations],
    classes: officeColumnClasses,
    open: openOfficeStore,
  },
] as const;

describe.each(kinds)('the $name database', ({ name, sets, classes, open }) => {
  test('reaches the same schema from every earlier version', async () => {
    const direct = join(folder, `${name}-direct.sqlite`);
    await open(direct).close();
    const versions = sets.map((set) => set.steps.length);
    for (let step = 0; step <= Math.max(...versions); step++) {
      const path = join(folder, `${name}-${step}.sqlite`);
      const handle = new DatabaseSync(path);
      migrate(handle, sets, { vault: step, office: step });
      handle.close();
      await open(path).close();
      expect(describeSchema(path)).toEqual(describeSchema(direct));
    }
  });

  test('is refused when a later Strongroom wrote it', async () => {
    const path = join(folder, `${name}-newer.sqlite`);
    await open(path).close();
    const handle = new DatabaseSync(path);
    handle.prepare("update schema_versions set version = 999 where name = 'vault'").run();
    handle.close();
    expect(() => open(path)).toThrow(expect.objectContaining({ code: 'DATABASE_NEWER' }));
  });

  test('has a class for every column, and no class without one', async () => {
    const path = join(folder, `${name}-classes.sqlite`);
    await open(path).close();
    const handle = new DatabaseSync(path);
    const tables = handle
      .prepare("select name from sqlite_master where type = 'table' and name not like 'sqlite_%'")
      .all();
    const columns = Object.fromEntries(
      tables.map((table) => [
        String(table['name']),
        handle
          .prepare('select name from pragma_table_info(?)')
          .all(String(table['name']))
          .map((row) => String(row['name']))
          .sort(),
      ]),
    );
    handle.close();
    expect(columns).toEqual(
      Object.fromEntries(Object.entries(classes).map(([table, named]) => [table, Object.keys(named).sort()])),
    );
  });

  test('finds what names a row by an index: a row that comes after those that name it is looked for in all of them', async () => {
    const path = join(folder, `${name}-named.sqlite`);
    await open(path).close();
    const handle = new DatabaseSync(path);
    const named = handle
      .prepare(
        `select t.name as "table", k."from" as "column" from sqlite_master t, pragma_foreign_key_list(t.name) k where t.type = 'table'`,
      )
      .all();
    const without = named.filter(
      ({ table, column }) =>
        handle
          .prepare(
            `select 1 from pragma_table_info(?) where name = ? and pk = 1
             union all select 1 from pragma_index_list(?) l, pragma_index_info(l.name) i where i.seqno = 0 and i.name = ?`,
          )
          .get(String(table), String(column), String(table), String(column)) === undefined,
    );
    handle.close();
    expect(named.length).toBeGreaterThan(6);
    expect(without).toEqual([]);
  });

  test('is durable, checks foreign keys, overwrites what is deleted; readers cannot write', async () => {
    const handle = openSqlite(join(folder, `${name}-handle.sqlite`), 'write');
    const pragma = (wanted: string): unknown =>
      Object.values(handle.prepare(`pragma ${wanted}`).get() ?? {})[0];
    expect(
      ['journal_mode', 'synchronous', 'foreign_keys', 'trusted_schema', 'secure_delete'].map(pragma),
    ).toEqual(['wal', 2, 1, 0, 1]);
    handle.close();
    const store = open(join(folder, `${name}-pragmas.sqlite`)) as ReturnType<typeof openVaultStore>;
    await expect(
      store.transact(async (writer) => {
        await writer
          .insertInto('payloads')
          .values({ position: 7, salt: new Uint8Array(32), payload: new Uint8Array(1) })
          .execute();
      }),
    ).rejects.toMatchObject({ code: 'DATABASE_FAILED' });
    await expect(
      store.read(async (reader) => {
        const writer = reader as unknown as Parameters<Parameters<typeof store.transact>[0]>[0];
        await writer.insertInto('clients').values({ code: 'C-2222', room: 'x' }).execute();
      }),
    ).rejects.toMatchObject({ code: 'DATABASE_FAILED' });
    await store.close();
  });
});

test('docs/spec/server.md shows these tables', () => {
  const path = fileURLToPath(new URL('../../../../docs/spec/server.md', import.meta.url));
  expect(readFileSync(path, 'utf8')).toContain(formatColumnTable());
});
