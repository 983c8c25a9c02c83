/** Who opened a record, from the lines of its room that this device may read. */
import type { RecordId, RoomId, VaultId } from '@strongroom/core';
import type { DeviceContext } from '../device/context.ts';
import type { RecordOpening } from '../device/device.ts';
import { readWhereAllowed, toRow } from '../ledger/line-book.ts';
import type { LineBook } from '../ledger/line-book.ts';
import type { KeptLine } from '../ledger/line-codec.ts';
import { findGivenReason, readReasons } from '../ledger/reason-reader.ts';
import { readStaffNames } from '../people/people.ts';
import { locateFresh } from './open-record.ts';

const countDefault = 100;

/** Lines by which records of a room were opened, oldest first: by record. */
export async function readOpenings(
  context: DeviceContext,
  lines: LineBook,
  place: { readonly vault: VaultId; readonly room: RoomId; readonly refresh: boolean },
): Promise<ReadonlyMap<RecordId, readonly KeptLine[]>> {
  const { vault, room, refresh } = place;
  const read = await readWhereAllowed(
    async () => await lines.ofRoom(vault, room, refresh),
    async () => await lines.ofRoom(vault, room, false),
  );
  const opened = new Map<RecordId, KeptLine[]>();
  for (const line of read) {
    if (!isOpening(line)) continue;
    for (const record of line.records) {
      const known = opened.get(record);
      if (known === undefined) opened.set(record, [line]);
      else known.push(line);
    }
  }
  return opened;
}

/** Whether a line handed out keys of contents; keys of what a device keeps are none. */
export function isOpening(line: Pick<KeptLine, 'kind' | 'isVoid' | 'facts'>): boolean {
  return line.kind === 'released' && line.isVoid !== true && line.facts['bodies'] !== 0;
}

/** A line as an opening. */
export function toOpening(
  context: DeviceContext,
  ledger: VaultId,
  options: { readonly line: KeptLine; readonly names: ReadonlyMap<string, string> },
): RecordOpening | undefined {
  const { line, names } = options;
  const { person, device, atMs, index, purpose } = toRow(context, ledger, line);
  if (person === undefined) return undefined;
  const personName = names.get(person);
  return {
    person,
    ...(personName === undefined ? {} : { personName }),
    ...(device === undefined || device === 'warden' ? {} : { device }),
    atMs,
    line: { ledger, index },
    ...(purpose === undefined ? {} : { purpose }),
  };
}

/** Openings of one record, newest first. @throws the server's refusals */
export async function listOpenings(
  context: DeviceContext,
  lines: LineBook,
  options: { readonly record: RecordId; readonly count?: number; readonly withReasons?: boolean },
): Promise<RecordOpening[]> {
  const { vault, room } = await locateFresh(context, options.record);
  const all = await lines.ofRoom(vault, room);
  const mine = all
    .filter((line) => isOpening(line) && line.records.includes(options.record))
    .slice(-(options.count ?? countDefault))
    .reverse();
  const names = await readStaffNames(context);
  const reasons = options.withReasons === true ? await readReasons(context, vault, mine) : new Map();
  return mine.flatMap((line) => {
    const opening = toOpening(context, vault, { line, names });
    if (opening === undefined) return [];
    if (!line.hasReason || toRow(context, vault, line).erasedAtMs !== undefined) return opening;
    if (options.withReasons !== true) return { ...opening, ...findGivenReason(context, vault, line) };
    const reason: string | undefined = reasons.get(line.index);
    return { ...opening, ...(reason === undefined ? { isReasonUnreadable: true as const } : { reason }) };
  });
}
