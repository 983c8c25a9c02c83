/** The documents of a room, and the versions of one. The chain says which there are; cards say their names; lines who opened them. */
import type { DisposalId, RecordId, RoomId, VaultId } from '@strongroom/core';
import { isHeld, openDisposals } from '@strongroom/authority';
import type { DeviceContext } from '../device/context.ts';
import type { RecordClass, RecordRow, RecordVersionRow } from '../device/device.ts';
import type { LineBook } from '../ledger/line-book.ts';
import { readStaffNames } from '../people/people.ts';
import { parseDocumentCard } from './card-content.ts';
import { locateFresh } from './open-record.ts';
import { readCards } from './read-cards.ts';
import type { ReadCard } from './read-cards.ts';
import { readOpenings, toOpening } from './record-openings.ts';
import { classInForce, hasBody } from './verify-version.ts';

/** The root collation: the same order for everybody, numbers by their value. */
const collator = new Intl.Collator('und', { numeric: true });

/** Newest versions, by folder, name and id. */
export async function listRecords(
  context: DeviceContext,
  lines: LineBook,
  options: { readonly room: RoomId; readonly refresh?: boolean },
): Promise<RecordRow[]> {
  const { room, refresh = true } = options;
  const { book } = context;
  if (refresh) await book.sync();
  const vault = book.ledgerOf(room);
  const newest = new Map<RecordId, ReadCard>();
  for (const card of await readCards(context, { vault, room, mayAsk: refresh })) {
    const known = newest.get(card.row.record);
    if (known === undefined || known.row.version < card.row.version) newest.set(card.row.record, card);
  }
  const [names, openings] = [
    await readStaffNames(context, { mayAsk: refresh }),
    await readOpenings(context, lines, { vault, room, refresh }),
  ];
  const disposals = openDisposalsOf(context, vault, room);
  return [...newest.values()]
    .flatMap((card): RecordRow[] => {
      const row = toRow(context, { vault, room, card });
      if (row === undefined) return [];
      const opened = openings.get(row.record) ?? [];
      const last = opened.at(-1);
      const lastOpened = last === undefined ? undefined : toOpening(context, vault, { line: last, names });
      const authorName = names.get(row.author);
      const disposal = row.disposal ?? disposals.get(row.record);
      return [
        {
          ...row,
          openings: opened.length,
          ...(lastOpened === undefined ? {} : { lastOpened }),
          ...(authorName === undefined ? {} : { authorName }),
          ...(disposal === undefined ? {} : { disposal }),
        },
      ];
    })
    .sort(compareRows);
}

/** The versions of a record, oldest first. @throws AccessError NOT_FOUND */
export async function listVersions(context: DeviceContext, record: RecordId): Promise<RecordVersionRow[]> {
  const { vault, room } = await locateFresh(context, record);
  const cards = await readCards(context, { vault, room, mayAsk: true });
  const names = await readStaffNames(context);
  return cards
    .filter(({ row }) => row.record === record && row.kind === 'document')
    .sort((left, right) => left.row.version - right.row.version)
    .map(({ row, content }) => {
      const card = content === undefined ? undefined : parseDocumentCard(content);
      const authorName = names.get(row.person);
      return {
        version: row.version,
        author: row.person,
        ...(authorName === undefined ? {} : { authorName }),
        writtenAtMs: row.atMs,
        class: row.class,
        ...(card === undefined ? {} : { name: card.name, folder: card.folder, sizeBytes: card.sizeBytes }),
        hasBody: hasBody(row),
        state: row.wraps.some(({ destroyed }) => destroyed !== undefined) ? 'destroyed' : 'present',
        line: { ledger: vault, index: row.index },
      };
    });
}

/** Records that a disposal names which is neither stopped nor over. */
function openDisposalsOf(
  context: DeviceContext,
  vault: VaultId,
  room: RoomId,
): ReadonlyMap<RecordId, NonNullable<RecordRow['disposal']>> {
  const found = new Map<RecordId, NonNullable<RecordRow['disposal']>>();
  for (const { id, room: of, stage, items } of openDisposals(context.book.rooms(vault))) {
    if (of !== room) continue;
    for (const [record] of items) found.set(record, { disposal: id, state: stage });
  }
  return found;
}

function toRow(
  context: DeviceContext,
  place: { readonly vault: VaultId; readonly room: RoomId; readonly card: ReadCard },
): RecordRow | undefined {
  const { vault, room } = place;
  const { row, content } = place.card;
  if (row.kind !== 'document') return undefined;
  const state = context.book.rooms(vault);
  const destroyedBy: DisposalId | 'found' | undefined = row.wraps.find(
    ({ destroyed }) => destroyed,
  )?.destroyed;
  if (content === undefined && destroyedBy === undefined) return undefined;
  const shown = content === undefined ? undefined : parseDocumentCard(content);
  const destroyedAtMs =
    destroyedBy === undefined || destroyedBy === 'found'
      ? undefined
      : state.disposals.get(destroyedBy)?.end?.atMs;
  const versions = state.rooms.get(room)?.records.get(row.record) ?? [];
  return {
    record: row.record,
    version: row.version,
    contentVersion: versions.findLast(hasBody)?.version ?? row.version,
    room,
    name: shown?.name ?? '',
    type: shown?.type ?? '',
    folder: shown?.folder ?? [],
    sizeBytes: shown?.sizeBytes ?? 0,
    modifiedAtMs: shown?.modifiedAtMs ?? 0,
    writtenAtMs: row.atMs,
    author: row.person,
    class: classInForce(context, vault, row) as RecordClass,
    isOnHold: isHeld(state, room, row.record),
    ...(row.conflictOf === undefined ? {} : { conflictOf: row.conflictOf[0] }),
    state: destroyedBy === undefined ? 'present' : 'destroyed',
    labels: shown?.labels ?? {},
    versions: versions.length,
    openings: 0,
    ...(destroyedBy === undefined || destroyedBy === 'found'
      ? {}
      : { disposal: { disposal: destroyedBy, state: 'destroyed' as const } }),
    ...(destroyedAtMs === undefined ? {} : { destroyedAtMs }),
  };
}

function compareRows(left: RecordRow, right: RecordRow): number {
  for (let depth = 0; depth < Math.max(left.folder.length, right.folder.length); depth++) {
    const [one, other] = [left.folder[depth], right.folder[depth]];
    if (one === undefined || other === undefined) return one === undefined ? -1 : 1;
    const order = collator.compare(one, other);
    if (order !== 0) return order;
  }
  return collator.compare(left.name, right.name) || (left.record < right.record ? -1 : 1);
}
