/**
 * The end of a restore (docs/spec/backup.md section 8): the statement that `strongroom restore` had signed goes into the office's
 * ledger first, and of what the databases hold again the warden says what had been destroyed. Killed, it is done again.
 */
import type { EntrySignature } from '@strongroom/authority';
import type { VaultId } from '@strongroom/core';
import type { SweepItem } from '@strongroom/warden';
import type { VaultFolders } from '../storage/index.ts';
import type { WardenLink } from '../warden-link.ts';

/** What a restore, or a promotion, left in the home. */
export type PendingStatement = {
  findStatement(): { readonly body: Uint8Array; readonly sigs: readonly EntrySignature[] } | undefined;
  /** It is done. */
  forget(): void;
};

const wrapsAtOnce = 4_000;

/** Asks the warden about every wrap of every ledger; its entries come with the ticks. */
export async function finishRestore(
  {
    folders,
    warden,
    restore,
  }: { readonly folders: VaultFolders; readonly warden: WardenLink; readonly restore: PendingStatement },
  ledgers: ReadonlyMap<VaultId, unknown>,
): Promise<void> {
  for (const vault of ledgers.keys()) {
    for (let after = -1; ;) {
      const from = after;
      const rows = await folders
        .open(vault)
        .store.read((db) =>
          db
            .selectFrom('wraps')
            .select(['slot', 'room', 'record', 'version', 'part'])
            .where('slot', '>', from)
            .orderBy('slot')
            .limit(wrapsAtOnce)
            .execute(),
        );
      const items = rows.map(({ room, record, version, part, slot }): SweepItem => [
        room,
        record,
        version,
        part,
        slot,
      ]);
      if (items.length > 0) await warden.call((client) => client.sweep({ vault, items }));
      after = rows.at(-1)?.slot ?? after;
      if (rows.length < wrapsAtOnce) break;
    }
  }
  restore.forget();
}
