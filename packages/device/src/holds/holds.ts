/** Holds: nothing under one is destroyed. The warden enforces them from the same chain. */
import { AccessError, encodeHex, newId } from '@strongroom/core';
import type { HoldId, RoomId, VaultId } from '@strongroom/core';
import { isFirmOfOne } from '@strongroom/authority';
import type { Body, BodyOf, RoomRestored } from '@strongroom/authority';
import { toLineReference } from '../chains/line-reference.ts';
import type { DeviceContext } from '../device/context.ts';
import type { HoldRow, HoldsModule } from '../device/device.ts';
import { writeReason } from '../records/write-card.ts';
import { personOfDevice } from '../people/person-of-device.ts';
import { readReasonNotes } from './hold-reasons.ts';

export function createHolds(context: DeviceContext): HoldsModule {
  const { book, env } = context;

  /** All holds ever placed in a ledger, from its chain. */
  async function rowsOf(
    ledger: VaultId,
    /** Filled with the notes that say why. */
    notes: Map<HoldId, Uint8Array> = new Map(),
  ): Promise<HoldRow[]> {
    const isAlone = isFirmOfOne(book.office, Number.MAX_SAFE_INTEGER);
    const rows = new Map<HoldId, HoldRow>();
    // Without a hold there is nothing to look for among many thousand entries.
    if (book.rooms(ledger).holds.size === 0) return [];
    const log = await book.loadLog(ledger);
    for (const index of log.indexes()) {
      const entry = log.find(index);
      const body = entry?.body;
      if (entry === undefined || body === undefined) continue;
      const placed = findPlaced(body);
      if (placed !== undefined) {
        if (placed.reason !== undefined) notes.set(placed.hold, placed.reason);
        const placedBy = 'by' in placed ? placed.by : personOfDevice(context, placed.d);
        rows.set(placed.hold, {
          hold: placed.hold,
          room: placed.c[0],
          records: placed.records,
          placedBy,
          placedAtMs: entry.atMs,
          hasReason: placed.reason !== undefined,
          state: 'open',
          needsOther: placedBy === context.person && !isAlone,
        });
      }
      if (body.k === 'hold.lifted') {
        const placed = rows.get(body.hold);
        if (placed !== undefined) rows.set(body.hold, { ...placed, state: 'lifted' });
      }
    }
    return [...rows.values()];
  }

  /** The same with the reasons that can be read. Of a room that refuses its cards there are none. */
  async function rowsWithReasons(
    ledger: VaultId,
    { room, withReasons }: { readonly room?: RoomId | undefined; readonly withReasons: boolean },
  ): Promise<HoldRow[]> {
    const notes = new Map<HoldId, Uint8Array>();
    const rows = (await rowsOf(ledger, notes)).filter((row) => room === undefined || row.room === room);
    const rooms = new Set(rows.filter(({ hold }) => notes.has(hold)).map((row) => row.room));
    const texts = new Map<string, string>();
    for (const each of rooms) {
      const read = await readReasonNotes(context, { vault: ledger, room: each, mayAsk: withReasons });
      for (const [hash, text] of read) texts.set(hash, text);
    }
    return rows.map((row) => {
      const note = notes.get(row.hold);
      const reason = note === undefined ? undefined : texts.get(encodeHex(note));
      return reason === undefined ? row : { ...row, reason };
    });
  }

  return {
    async place({ room, records = [], reason }) {
      await book.sync();
      const ledger = book.ledgerOf(room);
      const note =
        reason === undefined ? undefined : await writeReason(context, { vault: ledger, room, reason });
      const hold = newId(env.engine, 'hld');
      const appended = await book.append<RoomId>({
        ledger,
        chain: room,
        makeBody: (start) => ({
          k: 'hold.placed',
          ...start,
          hold,
          records: [...records],
          ...(note === undefined ? {} : { reason: note }),
        }),
      });
      return { hold, line: toLineReference(appended) };
    },
    async lift({ hold }) {
      await book.sync();
      for (const ledger of book.ledgers()) {
        const row = (await rowsOf(ledger)).find((each) => each.hold === hold && each.state === 'open');
        if (row === undefined) continue;
        if (row.needsOther) throw new AccessError('HOLD_NEEDS_OTHER', { hold });
        const appended = await book.append<RoomId>({
          ledger,
          chain: row.room,
          makeBody: (start) => ({ k: 'hold.lifted', ...start, hold }),
        });
        return { line: toLineReference(appended) };
      }
      throw new AccessError('NOT_FOUND', { hold });
    },
    async list(options = {}) {
      await book.sync();
      const { room, withReasons = false } = options;
      const all = book.ledgers().map(async (ledger) => await rowsWithReasons(ledger, { room, withReasons }));
      return (await Promise.all(all)).flat();
    },
  };
}

/** A hold as it was placed, or, after a restore, placed again by the warden. */
function findPlaced(
  body: Body,
):
  | BodyOf<'hold.placed'>
  | ({ readonly c: readonly [RoomId] } & NonNullable<RoomRestored['hold']>)
  | undefined {
  if (body.k === 'hold.placed') return body;
  return body.k === 'room.restored' && body.hold !== undefined ? { c: body.c, ...body.hold } : undefined;
}
