/** Uploads that nobody finished, and files that no row names: both go after a day. */
import type { VaultId } from '@strongroom/core';
import { limits } from '@strongroom/protocol';
import type { ServerContext } from '../../context.ts';

/** Removes what is older than a day. Answers how many files went. */
export async function collectOrphans(context: ServerContext, vault: VaultId): Promise<number> {
  const { store, blobs } = context.folders.open(vault);
  const beforeMs = context.clock.nowMs() - limits.orphanAgeMs;
  await store.transact(async (writer) => {
    await writer.deleteFrom('uploads').where('created_ms', '<', beforeMs).execute();
  });
  let removed = 0;
  for (const { upload, modifiedMs } of await blobs.list()) {
    if (modifiedMs >= beforeMs) continue;
    const isNamed = await store.read(async (db) => {
      const open = await db
        .selectFrom('uploads')
        .select('upload')
        .where('upload', '=', upload)
        .executeTakeFirst();
      const body = await db
        .selectFrom('versions')
        .select('record')
        .where('upload', '=', upload)
        .executeTakeFirst();
      return open !== undefined || body !== undefined;
    });
    if (isNamed) continue;
    await blobs.remove(upload);
    removed += 1;
  }
  return removed;
}
