/**
 * Moving, renaming, relabelling: a version of a card alone over the content that is there (docs/spec/bytes.md section 6). Nothing is
 * overwritten; what was there before is handed back, so that it can be put there again.
 */
import { ConflictError, InputError, newContentKey, StrongroomError, AccessError } from '@strongroom/core';
import type { CborValue, RecordClass, RoomId, VaultId } from '@strongroom/core';
import type { DeviceContext } from '../device/context.ts';
import type { RecordFacts, UpdatedRecord, UpdateRecordOptions } from '../device/device.ts';
import { asMap, parseDocumentCard } from './card-content.ts';
import { assertMayWrite, commitVersion } from './commit-version.ts';
import { locateFresh } from './open-record.ts';
import { readCards } from './read-cards.ts';
import type { ReadCard } from './read-cards.ts';
import { findBodyRow } from './verify-version.ts';

const nameLengthMax = 1_024;
const foldersMax = 64;
const labelsMax = 64;

type Place = { readonly vault: VaultId; readonly room: RoomId };

/**
 * Writes the new card.
 * @throws ConflictError VERSION_CONFLICT; AccessError NOT_FOUND, RECORD_DESTROYED; InputError INPUT_INVALID
 */
export async function updateRecord(
  context: DeviceContext,
  options: UpdateRecordOptions,
): Promise<UpdatedRecord> {
  const place = await locateFresh(context, options.record);
  return await writeUpdate(context, { place, options, cards: await readAll(context, place) });
}

/** Many, one after the other, each room's cards read once. What cannot be done has its code. */
export async function updateRecords(
  context: DeviceContext,
  all: readonly UpdateRecordOptions[],
): Promise<(UpdatedRecord | { readonly record: UpdateRecordOptions['record']; readonly code: string })[]> {
  const read = new Map<RoomId, readonly ReadCard[]>();
  const done = [];
  for (const options of all) {
    try {
      const place = await locateFresh(context, options.record);
      const cards = read.get(place.room) ?? (await readAll(context, place));
      read.set(place.room, cards);
      done.push(await writeUpdate(context, { place, options, cards }));
    } catch (cause) {
      if (!(cause instanceof StrongroomError)) throw cause;
      done.push({ record: options.record, code: cause.code });
    }
  }
  return done;
}

async function readAll(context: DeviceContext, place: Place): Promise<readonly ReadCard[]> {
  return await readCards(context, { ...place, mayAsk: true });
}

async function writeUpdate(
  context: DeviceContext,
  by: { readonly place: Place; readonly options: UpdateRecordOptions; readonly cards: readonly ReadCard[] },
): Promise<UpdatedRecord> {
  const { place, options } = by;
  const { vault, room } = place;
  const { record, base } = options;
  assertFacts(options);
  const { epoch, class: roomClass } = assertMayWrite(context, vault, room);
  const rows = context.book.rooms(vault).rooms.get(room)?.records.get(record) ?? [];
  const newest = rows.at(-1);
  if (newest === undefined) throw new AccessError('NOT_FOUND', { record });
  if (newest.version !== base)
    throw new ConflictError('VERSION_CONFLICT', { record, version: newest.version });
  const body = findBodyRow(context, place, newest);
  if ([newest, body].some((row) => row?.wraps.some(({ destroyed }) => destroyed !== undefined)))
    throw new AccessError('RECORD_DESTROYED', { record });
  const content = by.cards.find(({ row }) => row.record === record && row.version === base)?.content;
  if (content === undefined || newest.kind !== 'document') throw new AccessError('NOT_FOUND', { record });
  const { name, folder, labels } = parseDocumentCard(content);
  const before: RecordFacts = { name, folder, labels };
  const card: CborValue = {
    ...asMap(content),
    name: options.name?.trim() ?? name,
    folder: [...(options.folder ?? folder)],
    labels: { ...(options.labels ?? labels) },
  };
  const appended = await commitVersion(context, {
    vault,
    room,
    record,
    version: base + 1,
    kind: 'document',
    class: Math.max(newest.class, body?.class ?? 0, roomClass) as RecordClass,
    epoch,
    card: { contentKey: newContentKey(context.env.engine), content: card },
  });
  return { record, version: base + 1, before, line: { ledger: vault, index: appended.index } };
}

/** @throws InputError INPUT_INVALID */
function assertFacts({ name, folder = [], labels = {} }: Partial<RecordFacts>): void {
  const isText = (text: string): boolean =>
    text.trim() !== '' && text.length <= nameLengthMax && !text.includes('\0');
  if (name !== undefined && !isText(name)) throw new InputError('INPUT_INVALID', { name: 'name' });
  if (folder.length > foldersMax || !folder.every(isText))
    throw new InputError('INPUT_INVALID', { name: 'folder' });
  const pairs = Object.entries(labels);
  if (
    pairs.length > labelsMax ||
    !pairs.every(([key, value]) => isText(key) && value.length <= nameLengthMax)
  )
    throw new InputError('INPUT_INVALID', { name: 'labels' });
}
