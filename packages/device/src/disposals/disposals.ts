/**
 * Disposals. The proposer lists every wrap of every version, from the room's chain; the approver's device makes the same list again and
 * refuses one that differs. The certificate is made of entries proved to be in the ledger (attacks J8, J9).
 */
import { AccessError, compareBytes, IntegrityError, LimitError, newId } from '@strongroom/core';
import type { DisposalId, RecordId, RoomId, VaultId } from '@strongroom/core';
import {
  disposalGraceMs,
  findDisposal,
  findRoom,
  isFirmOfOne,
  isHeld,
  lonelyApprovalMs,
  recordsOf,
} from '@strongroom/authority';
import type { Disposal, DisposalItem, RecordRow } from '@strongroom/authority';
import type { EntryLog } from '../chains/entry-log.ts';
import { toLineReference } from '../chains/line-reference.ts';
import type { DeviceContext } from '../device/context.ts';
import type { DisposalRow, DisposalsModule } from '../device/device.ts';
import { personOfDevice } from '../people/person-of-device.ts';
import { writeReason } from '../records/write-card.ts';
import { locate } from '../records/open-record.ts';
import { makeCertificate } from './certificate.ts';
import { mayDispose, waitingDisposals } from './waiting-disposals.ts';

const itemsMax = 300;
const now = Number.MAX_SAFE_INTEGER;

/** Every live wrap of every version of these records, in the order of the proposal. */
export function listItems(rows: readonly RecordRow[], records: readonly RecordId[]): DisposalItem[] {
  const items: DisposalItem[] = [];
  for (const row of rows) {
    if (!records.includes(row.record)) continue;
    for (const { part, slot, hw, destroyed } of row.wraps) {
      if (destroyed === undefined) items.push([row.record, row.version, part, slot, hw]);
    }
  }
  return items;
}

/**
 * Refuses a proposal that names a wrap wrongly or leaves one out, or whose slots hold anything that is not to be destroyed (attacks
 * J6, J8).
 * @throws IntegrityError DISPOSAL_INCOMPLETE
 */
export function assertComplete(rows: readonly RecordRow[], disposal: Pick<Disposal, 'id' | 'items'>): void {
  const records = [...new Set(disposal.items.map(([record]) => record))];
  const wanted = listItems(rows, records);
  const named = new Map(
    disposal.items.map((item) => [`${item[0]}/${item[1]}/${item[2]}/${item[3]}`, item[4]]),
  );
  const isComplete =
    wanted.length === disposal.items.length &&
    named.size === disposal.items.length &&
    wanted.every(([record, version, part, slot, hw]) => {
      const found = named.get(`${record}/${version}/${part}/${slot}`);
      return found !== undefined && compareBytes(found, hw) === 0;
    });
  const slots = new Set(disposal.items.map(([, , , slot]) => slot));
  const isShared = rows.some(
    (row) => !records.includes(row.record) && row.wraps.some(({ slot }) => slots.has(slot)),
  );
  if (!isComplete || isShared) throw new IntegrityError('DISPOSAL_INCOMPLETE', { disposal: disposal.id });
}

export function createDisposals(context: DeviceContext): DisposalsModule {
  const { book, env } = context;

  async function locateDisposal(
    disposal: DisposalId,
  ): Promise<{ readonly ledger: VaultId; readonly found: Disposal }> {
    await book.sync();
    for (const ledger of book.ledgers()) {
      const found = findDisposal(book.rooms(ledger), disposal);
      if (found !== undefined) return { ledger, found };
    }
    throw new AccessError('NOT_FOUND', { disposal });
  }

  return {
    async propose({ records, reason }) {
      await book.sync();
      const [first] = records;
      if (first === undefined) throw new AccessError('NOT_FOUND');
      const { vault, room } = locate(context, first);
      const note = reason === undefined ? undefined : await writeReason(context, { vault, room, reason });
      const disposal = newId(env.engine, 'dsp');
      const appended = await book.append<RoomId>({
        ledger: vault,
        chain: room,
        makeBody: (start) => {
          const state = book.rooms(vault);
          const rows = recordsOf(state, room);
          if (records.some((record) => isHeld(state, room, record)))
            throw new AccessError('HOLD_IN_FORCE', { room });
          const items = listItems(rows, records);
          const named = new Set(items.map(([record]) => record));
          if (records.some((record) => !named.has(record))) throw new AccessError('NOT_FOUND', { room });
          if (items.length > itemsMax)
            throw new LimitError('LIMIT_EXCEEDED', { name: 'disposalItemsMax', max: itemsMax });
          return {
            k: 'disposal.proposed',
            ...start,
            disposal,
            items,
            ...(note === undefined ? {} : { reason: note }),
          };
        },
      });
      return { disposal, line: toLineReference(appended) };
    },
    async approve({ disposal }) {
      const { ledger, found } = await locateDisposal(disposal);
      const appended = await book.append<RoomId>({
        ledger,
        chain: found.room,
        makeBody: (start) => {
          const state = book.rooms(ledger);
          const current = findDisposal(state, disposal);
          if (current === undefined || current.stage !== 'proposed')
            throw new AccessError('DISPOSAL_UNFINISHED', { disposal });
          if (
            [...new Set(current.items.map(([record]) => record))].some((record) =>
              isHeld(state, found.room, record),
            )
          ) {
            throw new AccessError('HOLD_IN_FORCE', { room: found.room });
          }
          assertComplete(recordsOf(state, found.room), current);
          return { k: 'disposal.approved', ...start, disposal, proposal: current.proposal.hash };
        },
      });
      return { line: toLineReference(appended) };
    },
    async stop({ disposal }) {
      const { ledger, found } = await locateDisposal(disposal);
      const appended = await book.append<RoomId>({
        ledger,
        chain: found.room,
        makeBody: (start) => ({ k: 'disposal.stopped', ...start, disposal }),
      });
      return { line: toLineReference(appended) };
    },
    async list(options = {}) {
      await book.sync();
      const rows: DisposalRow[] = [];
      for (const ledger of book.ledgers()) {
        const { disposals } = book.rooms(ledger);
        // Without a disposal there is nothing to look for among many thousand entries.
        if (disposals.size === 0) continue;
        const log = await book.loadLog(ledger);
        for (const disposal of disposals.values()) {
          if (options.room !== undefined && disposal.room !== options.room) continue;
          rows.push(describe(context, ledger, disposal, log));
        }
      }
      return rows;
    },
    async waiting() {
      return waitingDisposals(context).length;
    },
    async certificate({ disposal }) {
      const { ledger, found } = await locateDisposal(disposal);
      const body = (await book.loadLog(ledger)).find(found.proposal.index)?.body;
      const items = body?.k === 'disposal.proposed' ? body.items : found.items;
      return await makeCertificate(context, { ledger, disposal: found, items });
    },
  };
}

/** How a disposal stands, and what this person may do about it. */
function describe(context: DeviceContext, ledger: VaultId, disposal: Disposal, log: EntryLog): DisposalRow {
  const { approval, end, intent, proposal, room, stage } = disposal;
  const proposed = log.find(proposal.index)?.body;
  // Of one that is over the items are in its proposal alone.
  const items = proposed?.k === 'disposal.proposed' ? proposed.items : disposal.items;
  const records = [...new Set(items.map(([record]) => record))];
  const state = context.book.rooms(ledger);
  const stopped = stage === 'stopped' && end !== undefined ? log.find(end.index)?.body : undefined;
  const isAlone = isFirmOfOne(context.book.office, now);
  return {
    disposal: disposal.id,
    ledger,
    room,
    records,
    months: [...(findRoom(state, room)?.payloadKeys.values() ?? [])]
      .filter(({ record }) => records.includes(record))
      .map(({ record, month }) => ({ record, month })),
    state: stage,
    proposedBy: proposal.by,
    proposedAtMs: proposal.atMs,
    ...(approval === undefined
      ? {}
      : { approvedBy: approval.by, approvedAtMs: approval.atMs, dueAtMs: approval.atMs + disposalGraceMs }),
    ...(stage === 'stopped' && end !== undefined ? { stoppedAtMs: end.atMs } : {}),
    ...(stopped?.k === 'disposal.stopped' ? { stoppedBy: personOfDevice(context, stopped.d) } : {}),
    ...(stage === 'destroyed' && end !== undefined ? { destroyedAtMs: end.atMs } : {}),
    lines: {
      proposed: proposal.index,
      ...(approval === undefined ? {} : { approved: approval.index }),
      ...(intent === undefined ? {} : { intended: intent.index }),
      ...(end === undefined ? {} : { [stage]: end.index }),
    },
    mayDecide: mayDispose(context, ledger, room),
    isHeld: isHeld(state, room) || records.some((record) => isHeld(state, room, record)),
    ...(proposal.by === context.person && isAlone
      ? { ownApprovalFromMs: proposal.atMs + lonelyApprovalMs }
      : {}),
  };
}
