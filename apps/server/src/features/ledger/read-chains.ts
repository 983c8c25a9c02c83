/** Entries of chains from the numbers that the caller holds, up to what the warden's heads say: never more, never fewer. */
import type { Heads } from '@strongroom/authority';
import type { VaultId } from '@strongroom/core';
import type { ServerContext } from '../../context.ts';

/** An entry at its index. */
export type EntryRow = { readonly index: number; readonly entry: Uint8Array };

const answerBytesMax = 8_388_608;

/** @returns the entries by index, and whether they reach the heads of every chain asked for */
export async function readChains(
  context: ServerContext,
  vault: VaultId,
  chains: readonly (readonly [chain: string, held: number])[],
  heads: Heads,
  limits: { readonly entriesMax: number },
): Promise<{ entries: EntryRow[]; isComplete: boolean }> {
  const { store } = context.folders.open(vault);
  return await store.read(async (db) => {
    const positions = new Set<number>();
    for (const [chain, held] of chains) {
      const end = heads.chains[chain]?.[0] ?? 0;
      if (held >= end) continue;
      const rows = await db
        .selectFrom('chain_places')
        .select('position')
        .where('chain', '=', chain)
        .where('number', '>=', held)
        .where('number', '<', end)
        .orderBy('number')
        .limit(Math.min(limits.entriesMax, 1_000_000) + 1)
        .execute();
      for (const { position } of rows) positions.add(position);
    }
    // Cut by index, so that what is given of each chain has no gap.
    const wanted = [...positions].sort((left, right) => left - right);
    const entries: EntryRow[] = [];
    let sizeBytes = 0;
    for (const position of wanted.slice(0, limits.entriesMax)) {
      const row = await db
        .selectFrom('entries')
        .select('entry')
        .where('position', '=', position)
        .executeTakeFirstOrThrow();
      sizeBytes += row.entry.length;
      if (sizeBytes > answerBytesMax && entries.length > 0 && limits.entriesMax < 1_000_000) break;
      entries.push({ index: position, entry: row.entry });
    }
    return { entries, isComplete: entries.length === wanted.length };
  });
}
