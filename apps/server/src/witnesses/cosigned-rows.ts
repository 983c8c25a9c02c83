/** What is kept of witnesses in a ledger's database: the newest head that each cosigned, and the newest that has the quorum. */
import type { VaultStore } from '../storage/index.ts';

/** A head that was cosigned, with its note. */
export type CosignedHead = { readonly size: number; readonly note: string; readonly atMs: number };

/** Stands in the place of a witness's key for the newest head that has the quorum. */
export const quorumRow = 'quorum';

/** By witness (vkey), and `quorum`. */
export async function readCosigned(store: VaultStore): Promise<Map<string, CosignedHead>> {
  const rows = await store.read((db) => db.selectFrom('cosigned_heads').selectAll().execute());
  return new Map(rows.map(({ witness, size, note, at_ms: atMs }) => [witness, { size, note, atMs }]));
}

/** Replaces rows. */
export async function writeCosigned(
  store: VaultStore,
  heads: ReadonlyMap<string, CosignedHead>,
): Promise<void> {
  const values = [...heads].map(([witness, { size, note, atMs }]) => ({ witness, size, note, at_ms: atMs }));
  if (values.length === 0) return;
  await store.transact((db) =>
    db
      .insertInto('cosigned_heads')
      .values(values)
      .onConflict((conflict) =>
        conflict.column('witness').doUpdateSet((row) => ({
          size: row.ref('excluded.size'),
          note: row.ref('excluded.note'),
          at_ms: row.ref('excluded.at_ms'),
        })),
      )
      .execute(),
  );
}
