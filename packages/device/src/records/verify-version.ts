/**
 * What the server hands out for a version, compared with what the room's chain says of it. The `written` line names the header's
 * hash, and was judged with its author's signature; the header holds everything else. The ids that were asked for are compared
 * with the authenticated ones, not with the server's (attacks B4, C6, C9, C10, D1-D4, E1, F3).
 */
import {
  assertSegmentTree,
  compareBytes,
  decodeRecordHeader,
  hashRecordHeader,
  hashSegmentLeaf,
  IntegrityError,
  officeId,
  readHeaderContexts,
  StrongroomError,
} from '@strongroom/core';
import type { RecordHeader, RecordId, RoomId, VaultId } from '@strongroom/core';
import { computeRootFromInclusion } from '@strongroom/ledger';
import type { RecordRow } from '@strongroom/authority';
import type { DeviceContext } from '../device/context.ts';
import { getRoom } from '../rooms/room-access.ts';

/** A version's row in the chain. @throws IntegrityError RECORD_REFUSED */
export function findRow(
  context: DeviceContext,
  place: {
    readonly vault: VaultId;
    readonly room: RoomId;
    readonly record: RecordId;
    readonly version?: number;
  },
): RecordRow | undefined {
  const rows = context.book.rooms(place.vault).rooms.get(place.room)?.records.get(place.record) ?? [];
  return place.version === undefined ? rows.at(-1) : rows.find(({ version }) => version === place.version);
}

/**
 * The version whose body a version has: itself, or the newest before it that brought one (docs/spec/bytes.md section 6). The chain
 * says which, never an answer.
 */
export function findBodyRow(
  context: DeviceContext,
  place: { readonly vault: VaultId; readonly room: RoomId },
  row: RecordRow,
): RecordRow | undefined {
  const rows = context.book.rooms(place.vault).rooms.get(place.room)?.records.get(row.record) ?? [];
  return rows.findLast((each) => each.version <= row.version && hasBody(each));
}

/** Whether a version brought content, destroyed or not. */
export function hasBody(row: RecordRow): boolean {
  return row.wraps.some(({ part }) => part === 'body');
}

/** A header that is the one its author signed. @throws IntegrityError RECORD_REFUSED */
export function verifyHeader(
  context: DeviceContext,
  vault: VaultId,
  row: RecordRow,
  bytes: Uint8Array,
): RecordHeader {
  const { engine } = context.env;
  try {
    if (compareBytes(hashRecordHeader(engine, bytes), row.header) !== 0) throw refuse(row, 'header');
    const header = decodeRecordHeader(bytes);
    const { card, body } = readHeaderContexts(header);
    // A record that was shared into a room was written in its home room: only that chain says by which device.
    const written = findRow(context, {
      vault,
      room: row.home,
      record: row.record,
      version: row.version,
    });
    if (written === undefined) throw refuse(row, 'home');
    const isRight =
      card.firm === context.firm &&
      card.vault === vault &&
      card.homeRoom === row.home &&
      card.record === row.record &&
      card.version === row.version &&
      card.kind === row.kind &&
      card.recordClass === row.class &&
      card.device === written.device &&
      row.wraps.every(({ epoch }) => card.epoch <= epoch) &&
      (body !== undefined) === row.wraps.some(({ part }) => part === 'body');
    if (!isRight) throw refuse(row, 'context');
    if (row.version > 1) {
      const previous = findRow(context, {
        vault,
        room: row.home,
        record: row.record,
        version: row.version - 1,
      });
      const isLinked =
        previous === undefined ||
        (header.previous !== undefined && compareBytes(previous.header, header.previous) === 0);
      if (!isLinked) throw refuse(row, 'previous');
    }
    const { office, vault: position } = header.positions;
    context.book.anchor(officeId).assertSameHistory(office.size, office.root);
    if (position !== undefined) context.book.anchor(vault).assertSameHistory(position.size, position.root);
    return header;
  } catch (cause) {
    if (
      !(cause instanceof StrongroomError) ||
      cause.code === 'RECORD_REFUSED' ||
      cause.code === 'LEDGER_FORKED'
    )
      throw cause;
    throw new IntegrityError(
      'RECORD_REFUSED',
      { record: row.record, version: row.version, reason: 'header' },
      { cause },
    );
  }
}

/** Card and leaf hashes of a whole version, under the signed root. @throws IntegrityError RECORD_REFUSED */
export function verifyStored(
  context: DeviceContext,
  row: RecordRow,
  stored: { readonly header: RecordHeader; readonly card: Uint8Array; readonly leafHashes: Uint8Array },
): readonly Uint8Array[] {
  const { engine } = context.env;
  const { header, card, leafHashes } = stored;
  const leaves = Array.from({ length: leafHashes.length / 32 }, (_, index) =>
    leafHashes.slice(index * 32, index * 32 + 32),
  );
  const [first] = leaves;
  try {
    if (leafHashes.length % 32 !== 0 || first === undefined || leaves.length !== leafCountOf(header))
      throw refuse(row, 'leaves');
    if (
      card.length !== header.cardStoredSizeBytes ||
      compareBytes(hashSegmentLeaf(engine, card), first) !== 0
    )
      throw refuse(row, 'card');
    assertSegmentTree(engine, leaves, header.root);
    return leaves;
  } catch (cause) {
    if (!(cause instanceof StrongroomError) || cause.code === 'RECORD_REFUSED') throw cause;
    throw new IntegrityError(
      'RECORD_REFUSED',
      { record: row.record, version: row.version, reason: 'root' },
      { cause },
    );
  }
}

/** A card alone, under the signed root by its inclusion proof. @throws IntegrityError RECORD_REFUSED */
export function verifyCard(
  context: DeviceContext,
  row: RecordRow,
  stored: { readonly header: RecordHeader; readonly card: Uint8Array; readonly proof: readonly Uint8Array[] },
): void {
  const { engine } = context.env;
  const { header, card, proof } = stored;
  if (card.length !== header.cardStoredSizeBytes) throw refuse(row, 'card');
  let root;
  try {
    root = computeRootFromInclusion(engine, {
      index: 0,
      size: leafCountOf(header),
      leafHash: hashSegmentLeaf(engine, card),
      proof,
    });
  } catch (cause) {
    throw new IntegrityError(
      'RECORD_REFUSED',
      { record: row.record, version: row.version, reason: 'proof' },
      { cause },
    );
  }
  if (compareBytes(root, header.root) !== 0) throw refuse(row, 'root');
}

/** Leaves of a version: card, and with a body FLOE header and segments. */
function leafCountOf(header: RecordHeader): number {
  return header.body === undefined ? 1 : 2 + Math.ceil((header.body.storedSizeBytes - 74) / 262_144);
}

/**
 * Refuses a room that shows less of a record than this device has seen of it.
 * @throws IntegrityError VERSION_WENT_BACK
 */
export async function assertNotOlder(context: DeviceContext, row: RecordRow): Promise<void> {
  const name = `seen/${row.home}/${row.record}`;
  const seen = await context.store.read(name);
  if (typeof seen === 'number' && row.version < seen) {
    throw new IntegrityError('VERSION_WENT_BACK', { record: row.record, version: row.version, known: seen });
  }
  if (seen !== row.version) await context.store.write(name, row.version);
}

/** The class whose records are neither kept nor indexed. */
export const topClass = 3;

/** The higher of a record's own class and its home room's. */
export function classInForce(context: DeviceContext, vault: VaultId, row: RecordRow): number {
  return Math.max(row.class, getRoom(context, vault, row.home).class);
}

function refuse(row: RecordRow, reason: string): IntegrityError {
  return new IntegrityError('RECORD_REFUSED', { record: row.record, version: row.version, reason });
}
