/**
 * Kept lines as bytes: JSON, because it is what an engine reads fastest, with each id once in a chunk. Lines are read by the ten
 * thousand; what is sealed needs no canonical form, since nothing is hashed or signed.
 */
import { decodeUtf8, encodeUtf8, IntegrityError } from '@strongroom/core';
import type { DeviceId, PersonId, RecordId, RoomId } from '@strongroom/core';
import type { LineRow, Purpose } from '../device/device.ts';

/** A line as it is kept. */
export interface KeptLine extends Omit<
  LineRow,
  'ledger' | 'reason' | 'isReasonUnreadable' | 'givenReason' | 'names'
> {
  readonly rooms: readonly RoomId[];
  readonly hasReason: boolean;
  /** The nonce of the signed request, in hexadecimal, of this person's own requests whose payload is kept. */
  readonly nonce?: string;
}

/** Numbers in place of ids are places in the chunk's table, counted from 1; 0 is nothing. */
type Row = readonly [
  index: number,
  atMs: number,
  kind: number,
  hash: string,
  person: number,
  device: number,
  room: number,
  records: readonly number[],
  rooms: readonly number[],
  facts: KeptLine['facts'] | 0,
  purpose: number,
  flags: number,
  nonce: string | 0,
];

const reasonFlag = 1;
const voidFlag = 2;

export function encodeLines(lines: readonly KeptLine[]): Uint8Array {
  const table = new Map<string, number>();
  const place = (text: string | undefined): number => {
    if (text === undefined) return 0;
    const known = table.get(text);
    if (known !== undefined) return known;
    table.set(text, table.size + 1);
    return table.size;
  };
  const rows = lines.map((line): Row => [
    line.index,
    line.atMs,
    place(line.kind),
    line.hash,
    place(line.person),
    place(line.device),
    place(line.room),
    line.records.map(place),
    line.rooms.map(place),
    Object.keys(line.facts).length === 0 ? 0 : line.facts,
    place(line.purpose),
    (line.hasReason ? reasonFlag : 0) | (line.isVoid === true ? voidFlag : 0),
    line.nonce ?? 0,
  ]);
  return encodeUtf8(JSON.stringify([[...table.keys()], rows]));
}

/**
 * `texts` holds every id once for all chunks, so that fifty thousand lines need little memory.
 * @throws IntegrityError STATE_INVALID
 */
export function decodeLines(bytes: Uint8Array, texts: Map<string, string>): KeptLine[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(decodeUtf8(bytes));
  } catch (cause) {
    throw new IntegrityError('STATE_INVALID', {}, { cause });
  }
  if (!Array.isArray(parsed)) throw new IntegrityError('STATE_INVALID');
  const [named, rows] = parsed as unknown as readonly [readonly string[], readonly Row[]];
  const table = named.map((text) => {
    const known = texts.get(text);
    if (known !== undefined) return known;
    texts.set(text, text);
    return text;
  });
  const at = (place: number): string | undefined => table[place - 1];
  return rows.map(
    ([index, atMs, kind, hash, person, device, room, records, rooms, facts, purpose, flags, nonce]) => ({
      index,
      atMs,
      kind: at(kind) ?? '',
      hash,
      ...(person === 0 ? {} : { person: at(person) as PersonId }),
      ...(device === 0 ? {} : { device: at(device) as DeviceId }),
      ...(room === 0 ? {} : { room: at(room) as RoomId }),
      records: records.map((each) => at(each) as RecordId),
      rooms: rooms.map((each) => at(each) as RoomId),
      facts: facts === 0 ? {} : facts,
      ...(purpose === 0 ? {} : { purpose: at(purpose) as Purpose }),
      hasReason: (flags & reasonFlag) !== 0,
      ...((flags & voidFlag) === 0 ? {} : { isVoid: true }),
      ...(nonce === 0 ? {} : { nonce }),
    }),
  );
}
