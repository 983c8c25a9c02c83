/** What of a cache is written to the device's storage: where the keys of rooms are, and the cards of a room. */
import { decodeCbor, encodeCbor, IntegrityError, isBytes } from '@strongroom/core';
import type { CborValue, ContentKey, RecordId, RoomId, VaultId } from '@strongroom/core';

/** A card by record and version. */
export interface CachedCard {
  readonly record: RecordId;
  readonly version: number;
  readonly content: CborValue;
}

/** A room's cache key: where its wrap is, what it seals, and, while its day lasts, the key. */
export interface CacheEntry {
  readonly vault: VaultId;
  readonly epoch: number;
  readonly slot: number;
  /** Records whose cards are kept. */
  readonly cards: number;
  /** The record that the client index holds of this room. */
  readonly indexed?: RecordId;
  /** Whether that record is not among the cards. */
  readonly isIndexedAlone: boolean;
  /** When the key is erased. */
  readonly untilMs: number;
  readonly key?: ContentKey;
}

const sizeBytesMax = 2 ** 30;

/** How many records a key seals: what a line says. */
export function countKept({ cards, isIndexedAlone }: CacheEntry): number {
  return cards + (isIndexedAlone ? 1 : 0);
}

export function encodeEntries(entries: ReadonlyMap<RoomId, CacheEntry>): Uint8Array {
  const rows = [...entries].map(([room, entry]) => {
    const { vault, epoch, slot, cards, indexed, isIndexedAlone, untilMs, key } = entry;
    return [room, vault, epoch, slot, cards, indexed ?? null, isIndexedAlone, untilMs, key ?? null];
  });
  return encodeCbor(rows, { sizeBytesMax });
}

type EntryRow = readonly [
  room: RoomId,
  vault: VaultId,
  epoch: number,
  slot: number,
  cards: number,
  indexed: RecordId | null,
  isIndexedAlone: boolean,
  untilMs: number,
  key: Uint8Array | null,
];

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** @throws IntegrityError STATE_INVALID */
export function decodeEntries(bytes: Uint8Array): (readonly [RoomId, CacheEntry])[] {
  const value = decodeCbor(bytes, { sizeBytesMax });
  if (!Array.isArray(value)) throw new IntegrityError('STATE_INVALID');
  return (value as unknown as readonly EntryRow[]).map((row) => {
    if (!Array.isArray(row) || row.length !== 9) throw new IntegrityError('STATE_INVALID');
    const [room, vault, epoch, slot, cards, indexed, isIndexedAlone, untilMs, key] = row;
    // Ten thousand of them are read at every unlock: nothing is made twice.
    const entry: Mutable<CacheEntry> = { vault, epoch, slot, cards, isIndexedAlone, untilMs };
    if (indexed !== null) entry.indexed = indexed;
    if (isBytes(key)) entry.key = key;
    return [room, entry] as const;
  });
}

/** The highest slot that was taken for a cache key of each room. */
export function encodeSlots(slots: ReadonlyMap<RoomId, number>): Uint8Array {
  return encodeCbor([...slots], { sizeBytesMax });
}

/** @throws IntegrityError STATE_INVALID */
export function decodeSlots(bytes: Uint8Array): (readonly [RoomId, number])[] {
  const value = decodeCbor(bytes, { sizeBytesMax });
  const isRight =
    Array.isArray(value) &&
    value.every((row) => Array.isArray(row) && row.length === 2 && typeof row[1] === 'number');
  if (!isRight) throw new IntegrityError('STATE_INVALID');
  return value as unknown as readonly (readonly [RoomId, number])[] as (readonly [RoomId, number])[];
}

export function encodeCards(cards: readonly CachedCard[]): Uint8Array {
  const value: CborValue = cards.map(({ record, version, content }) => [record, version, content]);
  return encodeCbor(value, { sizeBytesMax });
}

export function decodeCards(bytes: Uint8Array): CachedCard[] {
  const rows = decodeCbor(bytes, { sizeBytesMax }) as unknown as readonly [RecordId, number, CborValue][];
  return rows.map(([record, version, content]) => ({ record, version, content }));
}
