/** What of a cache is written to the device's storage: the entry of a room, and its cards. */
import { decodeCbor, encodeCbor, IntegrityError, isBytes } from '@strongroom/core';
import type { CborValue, ContentKey, RecordId, VaultId } from '@strongroom/core';

/** A card by record and version. */
export interface CachedCard {
  readonly record: RecordId;
  readonly version: number;
  readonly content: CborValue;
}

/** A room's cache key: where its wrap is, how many records it seals, and, while its day lasts, the key. */
export interface CacheEntry {
  readonly vault: VaultId;
  readonly epoch: number;
  readonly slot: number;
  readonly kept: number;
  /** When the key is erased. */
  readonly untilMs: number;
  readonly key?: ContentKey;
}

const cardsSizeBytesMax = 2 ** 30;

export function encodeEntry(entry: CacheEntry): Uint8Array {
  const { vault, epoch, slot, kept, untilMs, key } = entry;
  return encodeCbor([vault, epoch, slot, kept, untilMs, key ?? null]);
}

/** @throws IntegrityError STATE_INVALID */
export function decodeEntry(bytes: Uint8Array): CacheEntry {
  const value = decodeCbor(bytes);
  if (!Array.isArray(value) || value.length !== 6) throw new IntegrityError('STATE_INVALID');
  const [vault, epoch, slot, kept, untilMs, key] = value as unknown as readonly [
    VaultId,
    number,
    number,
    number,
    number,
    CborValue,
  ];
  return { vault, epoch, slot, kept, untilMs, ...(isBytes(key) ? { key } : {}) };
}

export function encodeCards(cards: readonly CachedCard[]): Uint8Array {
  const value: CborValue = cards.map(({ record, version, content }) => [record, version, content]);
  return encodeCbor(value, { sizeBytesMax: cardsSizeBytesMax });
}

export function decodeCards(bytes: Uint8Array): CachedCard[] {
  const rows = decodeCbor(bytes, { sizeBytesMax: cardsSizeBytesMax }) as unknown as readonly [
    RecordId,
    number,
    CborValue,
  ][];
  return rows.map(([record, version, content]) => ({ record, version, content }));
}
