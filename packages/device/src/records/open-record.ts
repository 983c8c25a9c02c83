/**
 * Opening a record. Order: the chain says what it is; header and leaf hashes are compared with it; the warden releases with a line;
 * then each segment is compared with the signed root before it is opened, and the sink is told to keep what it got only at the
 * very end. Any failure ends in `abort` (attacks C1-C5, C15, J1-J5).
 */
import {
  AccessError,
  assertSegmentLeaf,
  createBodyOpener,
  encodeHex,
  getFloeSegmentPlace,
  getPadmeLength,
  IntegrityError,
  isEqualConstantTime,
  openCard,
  StrongroomError,
  wipeBytes,
} from '@strongroom/core';
import type { ContentKey, RecordHeader, RecordId, RoomId, VaultId } from '@strongroom/core';
import type { Purpose, RecordRow } from '@strongroom/authority';
import type { DeviceContext } from '../device/context.ts';
import type { OnProgress, OpenedRecord } from '../device/device.ts';
import type { ByteSink } from '../environment/index.ts';
import { rejectRelease } from '../releases/index.ts';
import { sealReason } from '../ledger/reasons.ts';
import { parseDocumentCard } from './card-content.ts';
import type { DocumentCard } from './card-content.ts';
import { partsOf, release, unwrapReleased } from './released-keys.ts';
import { assertNotOlder, findBodyRow, findRow, verifyHeader, verifyStored } from './verify-version.ts';

/** Segments fetched at once. */
const segmentsPerFetch = 16;
const floeHeaderBytes = 74;
const segmentBytes = 262_144;

/** What to open, and where it goes. */
export interface OpenOptions {
  readonly record: RecordId;
  readonly version?: number;
  readonly sink: ByteSink;
  readonly purpose: Purpose;
  readonly reason?: string;
  readonly onProgress?: OnProgress;
}

/**
 * @throws AccessError NOT_FOUND, RECORD_DESTROYED, HEADS_STALE, and the server's refusals; IntegrityError RECORD_REFUSED,
 * RELEASE_REJECTED, VERSION_WENT_BACK
 */
export async function openRecord(context: DeviceContext, options: OpenOptions): Promise<OpenedRecord> {
  const { sink } = options;
  try {
    const opened = await openInto(context, options);
    await sink.commit();
    return opened;
  } catch (cause) {
    await sink.abort();
    throw cause;
  }
}

async function openInto(context: DeviceContext, options: OpenOptions): Promise<OpenedRecord> {
  const { env, api } = context;
  const { record, purpose } = options;
  const { vault, room } = await locateFresh(context, record);
  const row = findRow(context, {
    vault,
    room,
    record,
    ...(options.version === undefined ? {} : { version: options.version }),
  });
  if (row === undefined) throw new AccessError('NOT_FOUND', { record });
  const bodyRow = findBodyRow(context, { vault, room }, row);
  if (isDestroyed(row) || (bodyRow !== undefined && isDestroyed(bodyRow)))
    throw new AccessError('RECORD_DESTROYED', { record, version: row.version });
  // A card that names content which no version brought is no empty file.
  if (bodyRow === undefined)
    throw new IntegrityError('RECORD_REFUSED', { record, version: row.version, reason: 'body' });
  if (options.version === undefined) await assertNotOlder(context, row);
  const nonce = env.engine.randomBytes(16);
  const reason =
    options.reason === undefined
      ? undefined
      : await sealReason(context, { vault, room, nonce, text: options.reason });
  // The request goes first: what a version holds is no business of somebody who is refused.
  const released = await release(context, {
    vault,
    ask: { k: 'open', parts: [...partsOf(room, row, 'card'), ...partsOf(room, bodyRow, 'body')] },
    purpose,
    nonce,
    ...(reason === undefined ? {} : { reason }),
  });
  const fetch = async (of: RecordRow): Promise<FetchedVersion> => {
    const stored = await api.call('getVersion', { params: { vault, record, version: of.version } });
    const header = verifyHeader(context, vault, of, stored.header);
    const leaves = verifyStored(context, of, { header, card: stored.card, leafHashes: stored.leafHashes });
    return { header, leaves, card: stored.card };
  };
  const stored = await fetch(row);
  const body = bodyRow === row ? stored : await fetch(bodyRow);
  const keys: ContentKey[] = [];
  const unwrap = async (of: RecordRow, part: 'card' | 'body'): Promise<ContentKey> => {
    const wrap = released.wraps[part === 'card' ? 0 : 1] ?? new Uint8Array(0);
    const key = await unwrapReleased(context, { vault, room, row: of, part, wrap });
    keys.push(key);
    return key;
  };
  try {
    const contentKey = await unwrap(row, 'card');
    const card = await readCard(context, { header: stored.header, stored: stored.card, contentKey });
    const bodyKey = await unwrap(bodyRow, 'body');
    const { header, leaves } = body;
    await readBody(context, { ...options, vault, row: bodyRow, header, leaves, card, contentKey: bodyKey });
    return {
      name: card.name,
      type: card.type,
      sizeBytes: card.sizeBytes,
      version: row.version,
      author: row.person,
      line: {
        ledger: vault,
        index: released.receipt.index,
        hash: encodeHex(released.receipt.leafHash),
        atMs: released.atMs,
      },
      receipt: released.receipt.proof,
    };
  } finally {
    wipeBytes(...keys, ...released.wraps);
  }
}

/** A version as the server gave it, compared with the chain. */
interface FetchedVersion {
  readonly header: RecordHeader;
  readonly leaves: readonly Uint8Array[];
  readonly card: Uint8Array;
}

function isDestroyed(row: RecordRow): boolean {
  return row.wraps.some(({ destroyed }) => destroyed !== undefined);
}

/** As `locate`, after a sync; one of everything where the record is not known yet. @throws AccessError NOT_FOUND */
export async function locateFresh(
  context: DeviceContext,
  record: RecordId,
): Promise<{ readonly vault: VaultId; readonly room: RoomId }> {
  const isKnown = findPlace(context, record) !== undefined;
  if (!isKnown) await context.book.sync();
  const place = locate(context, record);
  if (isKnown) await context.book.syncLedger(place.vault);
  return place;
}

/** The room in which this device can read a record. @throws AccessError NOT_FOUND */
export function locate(
  context: DeviceContext,
  record: RecordId,
): { readonly vault: VaultId; readonly room: RoomId } {
  const place = findPlace(context, record);
  if (place === undefined) throw new AccessError('NOT_FOUND', { record });
  return place;
}

function findPlace(
  context: DeviceContext,
  record: RecordId,
): { readonly vault: VaultId; readonly room: RoomId } | undefined {
  for (const vault of context.book.ledgers()) {
    for (const room of context.book.rooms(vault).rooms.values()) {
      if (room.records.has(record)) return { vault, room: room.id };
    }
  }
  return undefined;
}

async function readCard(
  context: DeviceContext,
  options: {
    readonly header: RecordHeader;
    readonly stored: Uint8Array;
    readonly contentKey: ContentKey;
  },
): Promise<DocumentCard> {
  const { header, stored, contentKey } = options;
  try {
    const value = await openCard(context.env.engine, {
      contentKey,
      context: header.cardContext,
      commitment: header.cardCommitment,
      stored,
    });
    return parseDocumentCard(value);
  } catch (cause) {
    throw rejectRelease(cause);
  }
}

async function readBody(
  context: DeviceContext,
  options: OpenOptions & {
    readonly vault: VaultId;
    readonly row: RecordRow;
    readonly header: RecordHeader;
    readonly leaves: readonly Uint8Array[];
    readonly card: DocumentCard;
    readonly contentKey: ContentKey;
  },
): Promise<void> {
  const { engine } = context.env;
  const { vault, row, header, leaves, card, sink } = options;
  const { body } = header;
  if (body === undefined) throw new IntegrityError('RELEASE_REJECTED');
  const fetch = async (offset: number, length: number): Promise<Uint8Array> => {
    const bytes = await context.api.call('getSegments', {
      params: { vault, record: row.record, version: row.version },
      query: { offset, length },
    });
    if (bytes.length !== length) throw new IntegrityError('RELEASE_REJECTED');
    return bytes;
  };
  try {
    const first = await fetch(
      0,
      Math.min(body.storedSizeBytes, floeHeaderBytes + segmentsPerFetch * segmentBytes),
    );
    const floeHeader = first.slice(0, floeHeaderBytes);
    assertSegmentLeaf(engine, floeHeader, leaves[1] ?? new Uint8Array(32));
    const opener = createBodyOpener(engine, {
      contentKey: options.contentKey,
      context: body.context,
      commitment: body.commitment,
      header: floeHeader,
      storedSizeBytes: body.storedSizeBytes,
      ...(context.env.segments && { segments: context.env.segments }),
    });
    const { layout } = opener;
    if (getPadmeLength(card.sizeBytes) !== layout.plaintextSizeBytes)
      throw new IntegrityError('RELEASE_REJECTED');
    const hash = await engine.createSha256();
    let doneBytes = 0;
    let ahead: Promise<Uint8Array> = Promise.resolve(first.subarray(floeHeaderBytes));
    for (let start = 0; start < layout.segmentCount; start += segmentsPerFetch) {
      const end = Math.min(start + segmentsPerFetch, layout.segmentCount);
      const chunk = await ahead;
      if (end < layout.segmentCount) ahead = fetchRange(fetch, layout, end);
      ahead.catch(() => undefined);
      const opened = await Promise.all(
        Array.from({ length: end - start }, async (_, position) => {
          const index = start + position;
          const place = getFloeSegmentPlace(layout, index);
          const stored = chunk.subarray(
            position * segmentBytes,
            position * segmentBytes + place.storedSizeBytes,
          );
          return await opener.openSegmentUnderLeaf(index, stored, leaves[index + 2] ?? new Uint8Array(32));
        }),
      );
      for (const [position, plaintext] of opened.entries()) {
        const place = getFloeSegmentPlace(layout, start + position);
        const length = Math.max(0, Math.min(plaintext.length, card.sizeBytes - place.plaintextOffset));
        if (plaintext.subarray(length).some((byte) => byte !== 0))
          throw new IntegrityError('RELEASE_REJECTED');
        const content = plaintext.subarray(0, length);
        if (length === 0) continue;
        hash.update(content);
        await sink.write(content);
        doneBytes += length;
      }
      options.onProgress?.({ doneBytes, totalBytes: card.sizeBytes });
    }
    if (!isEqualConstantTime(hash.digest(), card.contentHash)) throw new IntegrityError('RELEASE_REJECTED');
  } catch (cause) {
    if (cause instanceof StrongroomError && cause.code === 'ACCESS_DENIED') throw cause;
    throw rejectRelease(cause);
  }
}

async function fetchRange(
  fetch: (offset: number, length: number) => Promise<Uint8Array>,
  layout: Parameters<typeof getFloeSegmentPlace>[0],
  start: number,
): Promise<Uint8Array> {
  const from = getFloeSegmentPlace(layout, start);
  const last = getFloeSegmentPlace(layout, Math.min(start + segmentsPerFetch, layout.segmentCount) - 1);
  return await fetch(from.storedOffset, last.storedOffset + last.storedSizeBytes - from.storedOffset);
}
