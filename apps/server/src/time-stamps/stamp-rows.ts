/** What is kept of time stamps in a ledger's database: checkpoints with the answers that stamp them. Nothing of it is ever replaced. */
import type { VaultStore } from '../storage/index.ts';

/** A checkpoint and its time stamp. */
export type StampedHead = {
  readonly size: number;
  /** The note as the warden signed it: these bytes, in UTF-8, are stamped. */
  readonly note: string;
  /** The authority's answer (DER, TimeStampResp). */
  readonly answer: Uint8Array;
  readonly atMs: number;
};

/** The newest. */
export async function findNewestStamp(store: VaultStore): Promise<StampedHead | undefined> {
  const row = await store.read((db) =>
    db.selectFrom('time_stamps').selectAll().orderBy('size', 'desc').limit(1).executeTakeFirst(),
  );
  return row === undefined ? undefined : toHead(row);
}

/** Those of this size and larger, smallest first. */
export async function readStamps(
  store: VaultStore,
  options: { readonly from: number; readonly count: number },
): Promise<readonly StampedHead[]> {
  const rows = await store.read((db) =>
    db
      .selectFrom('time_stamps')
      .selectAll()
      .where('size', '>=', options.from)
      .orderBy('size')
      .limit(options.count)
      .execute(),
  );
  return rows.map(toHead);
}

/** Adds one. A size that is there keeps what it has: the earlier stamp says more. */
export async function addStamp(store: VaultStore, { size, note, answer, atMs }: StampedHead): Promise<void> {
  await store.transact((db) =>
    db
      .insertInto('time_stamps')
      .values({ size, note, answer, at_ms: atMs })
      .onConflict((conflict) => conflict.column('size').doNothing())
      .execute(),
  );
}

/** When the first line was written that no stamp of this size covers; undefined where there is none. */
export async function findUnstampedMs(store: VaultStore, size: number): Promise<number | undefined> {
  const row = await store.read((db) =>
    db.selectFrom('entries').select('at_ms').where('position', '=', size).executeTakeFirst(),
  );
  return row?.at_ms;
}

function toHead(row: {
  readonly size: number;
  readonly note: string;
  readonly answer: Uint8Array;
  readonly at_ms: number;
}): StampedHead {
  return { size: row.size, note: row.note, answer: row.answer, atMs: row.at_ms };
}
