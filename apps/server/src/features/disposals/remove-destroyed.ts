/**
 * Housekeeping after a destruction: what cannot be opened any more is taken away. It is the warden's puncture that destroyed
 * it, and the sealed wraps went with the `destroyed` line; this only gives the space back, and a copy of the data made before still cannot be opened.
 */
import type { VaultId } from '@strongroom/core';
import type { ServerContext } from '../../context.ts';

/** Removes versions of which every wrap is gone, with card and body. Safe to repeat. Answers how many. */
export async function removeDestroyed(context: ServerContext, vault: VaultId): Promise<number> {
  const { store, blobs } = context.folders.open(vault);
  const rows = await store.read((db) =>
    db
      .selectFrom('versions')
      .select(['record', 'version', 'upload'])
      .where((where) =>
        where.not(
          where.exists(
            where
              .selectFrom('wraps')
              .select('slot')
              .whereRef('wraps.record', '=', 'versions.record')
              .whereRef('wraps.version', '=', 'versions.version'),
          ),
        ),
      )
      .execute(),
  );
  for (const { record, version, upload } of rows) {
    // The body first: a version without a body is found again by the next run, a body without a version would not be.
    if (upload !== null) await blobs.remove(upload);
    await store.transact(async (writer) => {
      await writer
        .deleteFrom('versions')
        .where('record', '=', record)
        .where('version', '=', version)
        .execute();
    });
  }
  return rows.length;
}
