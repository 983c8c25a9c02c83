/** After a restore: of what the databases hold again, what had been destroyed (docs/spec/backup.md section 8). */
import type { DestroyedItem } from '@strongroom/authority';
import { ConflictError, officeId } from '@strongroom/core';
import type { RoomId } from '@strongroom/core';
import { isReadIn } from '../append/fold-entry.ts';
import type { FoldParts } from '../append/fold-entry.ts';
import { makeOwnEntry } from '../own-entries.ts';
import type { SweepItem } from '../protocol/messages.ts';
import type { OwnRecord } from '../tables/journal-record.ts';
import { readOwnBody } from '../tables/ledger-table.ts';

const itemsPerEntryMax = 300;

/** The entries that say so. */
export async function findDestroyed(
  parts: FoldParts,
  vault: string,
  items: readonly SweepItem[],
): Promise<{ readonly entries: readonly OwnRecord[]; readonly count: number }> {
  const { context, tables, state } = parts;
  if (tables.office.restores === undefined) return { entries: [], count: 0 };
  // Half of a vault says nothing of the other half, and whoever asks takes the answer for the whole.
  if (isReadIn(parts, officeId) || isReadIn(parts, vault))
    throw new ConflictError('OFFICE_BEHIND', { reason: 'restore' });
  const said = saidSlots(parts, vault);
  const { rooms } = tables.rooms(vault);
  const byRoom = new Map<string, DestroyedItem[]>();
  for (const [room, record, version, part, slot] of items) {
    if (
      !rooms.has(room as RoomId) ||
      said.has(slot) ||
      tables.isSaid(vault, slot) ||
      state.isLive(vault, slot)
    )
      continue;
    said.add(slot);
    const gone = byRoom.get(room) ?? [];
    gone.push([record, version, part, slot] as unknown as DestroyedItem);
    byRoom.set(room, gone);
  }
  const entries: OwnRecord[] = [];
  let count = 0;
  for (const [room, gone] of byRoom)
    for (let first = 0; first < gone.length; first += itemsPerEntryMax) {
      const content = {
        k: 'destruction.found',
        c: [room as RoomId],
        items: gone.slice(first, first + itemsPerEntryMax),
      } as const;
      const nowMs = context.clock.nowMs();
      count += content.items.length;
      entries.push(
        await makeOwnEntry(context.engine, { tables, seed: state.signSeed, ledger: vault, content, nowMs }),
      );
    }
  return { entries, count };
}

/** Slots of which an entry that is out says so. */
function saidSlots({ tables }: FoldParts, vault: string): Set<number> {
  const slots = new Set<number>();
  for (const { body } of tables.ledger(vault).own) {
    const { k, items } = readOwnBody(body);
    if (k !== 'destruction.found' || !Array.isArray(items)) continue;
    for (const item of items) if (Array.isArray(item)) slots.add(Number(item[3]));
  }
  return slots;
}
