/** Reading reasons of lines: the month's key is asked for once, and a key that cannot be read costs one line, not one for each reason. */
import type { RoomId, VaultId } from '@strongroom/core';
import { decodeEntry, findGrant } from '@strongroom/authority';
import type { Request } from '@strongroom/authority';
import { limits } from '@strongroom/protocol';
import type { DeviceContext } from '../device/context.ts';
import type { GivenReason } from '../device/device.ts';
import type { KeptLine } from './line-codec.ts';
import { requestOfLine } from './line-rows.ts';
import { fetchPayloadSeed, openReason } from './reasons.ts';

/** Opens the reason of a request of a room. */
export type ReasonReader = (room: RoomId, request: Request) => Promise<string | undefined>;

export function createReasonReader(context: DeviceContext, ledger: VaultId): ReasonReader {
  const seeds = new Map<string, Promise<Uint8Array | undefined>>();
  return async (room, { reason, nonce }) => {
    if (reason === undefined) return undefined;
    return await openReason(context, {
      reason,
      nonce,
      seedOf: async (month) => {
        const name = `${room}/${month}`;
        const seed = seeds.get(name) ?? fetchPayloadSeed(context, { vault: ledger, room, month });
        seeds.set(name, seed);
        return await seed;
      },
    });
  };
}

/** Whether this person may ask for the reason of a line that has one: nobody but the people of the room. */
export function findGivenReason(
  { book, person }: DeviceContext,
  ledger: VaultId,
  { rooms: [room] }: Pick<KeptLine, 'rooms'>,
): { readonly givenReason?: GivenReason } {
  if (room === undefined) return {};
  const grant = findGrant(book.states(ledger), room, person, book.moment(ledger));
  return { givenReason: grant === undefined ? 'closed' : 'readable' };
}

/**
 * The reasons of kept lines, by index; undefined for one that does not open. Reasons themselves are not kept: their lines are fetched
 * again, in as few calls as their rooms allow.
 */
export async function readReasons(
  context: DeviceContext,
  ledger: VaultId,
  lines: readonly KeptLine[],
): Promise<ReadonlyMap<number, string | undefined>> {
  const reasons = new Map<number, string | undefined>();
  const read = createReasonReader(context, ledger);
  const byRoom = Map.groupBy(
    lines.filter(({ hasReason, rooms }) => hasReason && rooms.length > 0),
    ({ rooms }) => rooms[0] as RoomId,
  );
  for (const [room, wanted] of byRoom) {
    const indexes = new Set(wanted.map(({ index }) => index));
    const last = Math.max(...indexes);
    let from: number | undefined = Math.min(...indexes);
    while (from !== undefined && from <= last) {
      const answer: Awaited<ReturnType<typeof context.api.call<'getLines'>>> = await context.api.call(
        'getLines',
        { params: { ledger }, query: { from, count: limits.linesPerCallMax, room } },
      );
      for (const line of answer.lines) {
        if (!indexes.has(line.index)) continue;
        const request = requestOfLine(context, decodeEntry(line.entry), line.salt, line.payload);
        reasons.set(line.index, request === undefined ? undefined : await read(room, request));
      }
      from = answer.next;
    }
  }
  return reasons;
}
