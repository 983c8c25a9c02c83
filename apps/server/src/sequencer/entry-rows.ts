/** Reading entries out of a ledger's database in the shape that the warden is sent. */
import { decodeEntry } from '@strongroom/authority';
import { concatBytes, decodeCbor } from '@strongroom/core';
import type { AppendItem } from '@strongroom/warden';
import type { Reader, VaultTables } from '../storage/index.ts';
import { listWrapsOf } from './request-wraps.ts';

/** Limits of one `append` call, well below the frame's 64 MiB. */
const itemsMax = 500;
const itemBytesMax = 16_777_216;

/** The entries from an index on, as many as one call to the warden takes, and no more than are wanted. */
export async function readAppendItems(
  reader: Reader<VaultTables>,
  from: number,
  wanted: number = itemsMax,
): Promise<AppendItem[]> {
  const rows = await reader
    .selectFrom('entries')
    .leftJoin('payloads', 'payloads.position', 'entries.position')
    .select(['entries.position', 'entries.kind', 'entries.entry', 'payloads.salt', 'payloads.payload'])
    .where('entries.position', '>=', from)
    .orderBy('entries.position')
    .limit(Math.min(wanted, itemsMax))
    .execute();
  const items: AppendItem[] = [];
  let sizeBytes = 0;
  for (const row of rows) {
    const payload =
      row.salt === null || row.payload === null ? undefined : concatBytes(row.salt, row.payload);
    const extra = await readExtra(reader, row.kind, row.entry, row.payload ?? undefined);
    items.push({ entry: row.entry, ...(payload === undefined ? {} : { payload }), ...extra });
    sizeBytes +=
      row.entry.length + (payload?.length ?? 0) + 76 * (extra.wraps?.length ?? extra.sealed?.length ?? 0);
    if (sizeBytes > itemBytesMax) break;
  }
  return items;
}

async function readExtra(
  reader: Reader<VaultTables>,
  kind: string,
  entry: Uint8Array,
  payload: Uint8Array | undefined,
): Promise<Pick<AppendItem, 'wraps' | 'rows' | 'sealed'>> {
  if ((kind === 'released' || kind === 'listed' || kind === 'leased') && payload !== undefined) {
    const [request] = decodeCbor(payload) as [Uint8Array];
    return await listWrapsOf(reader, request);
  }
  if (kind === 'disposal.approved') return { sealed: await readDisposalWraps(reader, entry) };
  return {};
}

/** The sealed wraps of a disposal's items, in the order of its proposal; empty bytes where one is gone. */
async function readDisposalWraps(reader: Reader<VaultTables>, approval: Uint8Array): Promise<Uint8Array[]> {
  const approved = decodeEntry(approval).body;
  if (approved.k !== 'disposal.approved') return [];
  const row = await reader
    .selectFrom('entries')
    .select('entry')
    .where('entry_hash', '=', approved.proposal)
    .where('kind', '=', 'disposal.proposed')
    .executeTakeFirst();
  if (row === undefined) return [];
  const proposed = decodeEntry(row.entry).body;
  if (proposed.k !== 'disposal.proposed') return [];
  const sealed: Uint8Array[] = [];
  for (const item of proposed.items) {
    const wrap = await reader
      .selectFrom('wraps')
      .select('sealed')
      .where('slot', '=', item[3])
      .executeTakeFirst();
    sealed.push(wrap?.sealed ?? new Uint8Array(0));
  }
  return sealed;
}
