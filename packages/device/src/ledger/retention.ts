/** The words of lines: how long they are kept, which months are due, and what was erased (docs/spec/ledger.md section 12). */
import { InputError, officeId } from '@strongroom/core';
import type { DisposalId, RecordId, RoomId, VaultId } from '@strongroom/core';
import {
  destroyerOfMonth,
  findRoom,
  hasRole,
  isHeld,
  isMonthErased,
  openDisposals,
} from '@strongroom/authority';
import type { Room } from '@strongroom/authority';
import { toLineReference } from '../chains/line-reference.ts';
import type { DeviceContext } from '../device/context.ts';
import { describeFirm } from '../device/describe-firm.ts';
import type {
  DisposalsModule,
  DueMonth,
  LineReference,
  LineRow,
  ProposedErasing,
  Retention,
} from '../device/device.ts';
import { mayDispose } from '../disposals/waiting-disposals.ts';
import { monthOf } from './reasons.ts';

const now = Number.MAX_SAFE_INTEGER;
const yearsDefault = 3;
/** Professions whose records of access have to be kept longer. */
const yearsMinOf: Readonly<Record<string, number>> = { clinic: 6 };
const monthsPerProposalMax = 300;
const seedFolder = 'payload-key/';
const lineKinds: ReadonlySet<string> = new Set(['released', 'listed', 'leased']);

/** When the words of a month of a room were destroyed; undefined while they are not. */
function erasedAt(room: Room, month: string, disposals: Disposals): number | undefined {
  const by = destroyerOfMonth(room, month);
  if (by === undefined || by === 'found') return by === undefined ? undefined : 0;
  return disposals.get(by)?.end?.atMs ?? 0;
}

type Disposals = ReadonlyMap<DisposalId, { readonly end?: { readonly atMs: number } }>;

/** When the words of a line were erased, by the chain of its room. */
export function erasedAtOf(
  { book }: DeviceContext,
  ledger: VaultId,
  line: { readonly kind: string; readonly atMs: number; readonly room?: RoomId },
): number | undefined {
  if (!lineKinds.has(line.kind) || line.room === undefined) return undefined;
  const state = book.rooms(ledger);
  const room = findRoom(state, line.room);
  if (room === undefined || room.payloadKeys.size === 0) return undefined;
  return erasedAt(room, monthOf(line.atMs), state.disposals);
}

/** A row whose words were erased says so and shows none of them. */
export function withoutErased(context: DeviceContext, ledger: VaultId, row: LineRow): LineRow {
  const erasedAtMs = erasedAtOf(context, ledger, row);
  if (erasedAtMs === undefined) return row;
  const { purpose: _purpose, reason: _reason, isReasonUnreadable: _isUnreadable, ...rest } = row;
  return { ...rest, erasedAtMs };
}

/** Removes private halves that were destroyed. Answers how many. */
export async function purgePayloadSeeds({ book, store }: DeviceContext): Promise<number> {
  let purged = 0;
  for (const name of await store.list(seedFolder)) {
    const [id, month] = name.slice(seedFolder.length).split('/') as [RoomId, string];
    const ledger = book.ledgers().find((each) => book.rooms(each).rooms.has(id));
    const room = ledger === undefined ? undefined : findRoom(book.rooms(ledger), id);
    if (ledger === undefined || room === undefined) continue;
    if (erasedAt(room, month, book.rooms(ledger).disposals) === undefined) continue;
    await store.remove(name);
    purged += 1;
  }
  return purged;
}

/** @throws the server's refusals */
export async function readRetention(context: DeviceContext): Promise<Retention> {
  const { book, person } = context;
  const { profession = '' } = await describeFirm(context);
  const yearsMin = yearsMinOf[profession] ?? 1;
  const stated = book.office.retention;
  const years = stated?.years ?? Math.max(yearsDefault, yearsMin);
  return {
    years,
    yearsMin,
    ...(stated === undefined ? {} : { sinceMs: stated.fromMs }),
    maySet: (['officer', 'owner'] as const).some((role) => hasRole(book.office, person, role, now)),
    due: listDue(context, years),
  };
}

/** The newest month of which the words are due: the whole of it ended more than `years` ago. */
function lastDueMonth(nowMs: number, years: number): string {
  const month = monthOf(nowMs);
  const year = Number(month.slice(0, 4)) - years;
  const number = Number(month.slice(5)) - 1;
  return number === 0 ? `${year - 1}-12` : `${year}-${String(number).padStart(2, '0')}`;
}

function listDue(context: DeviceContext, years: number): DueMonth[] {
  const { book, env } = context;
  const last = lastDueMonth(env.clock.nowMs(), years);
  const due: DueMonth[] = [];
  for (const ledger of book.ledgers()) {
    const state = book.rooms(ledger);
    const proposed = new Set(
      openDisposals(state).flatMap(({ items }) => items.map(([record]): RecordId => record)),
    );
    for (const room of state.rooms.values()) {
      const keys = [...room.payloadKeys.values()].filter(
        (key) => key.month <= last && !isMonthErased(room, key.month) && room.records.has(key.record),
      );
      for (const { month, record } of keys) {
        const isHere = proposed.has(record) ? 'proposed' : 'due';
        const stateOf = isHeld(state, room.id) || isHeld(state, room.id, record) ? 'held' : isHere;
        const mayPropose = stateOf === 'due' && mayDispose(context, ledger, room.id);
        due.push({ ledger, room: room.id, month, record, state: stateOf, mayPropose });
      }
    }
  }
  return due.toSorted((left, right) => (left.month < right.month ? -1 : left.month > right.month ? 1 : 0));
}

/** @throws InputError INPUT_INVALID; the server's refusals */
export async function setRetention(context: DeviceContext, years: number): Promise<LineReference> {
  const { yearsMin } = await readRetention(context);
  if (!Number.isSafeInteger(years) || years < yearsMin || years > 99)
    throw new InputError('INPUT_INVALID', { name: 'years', min: yearsMin });
  const appended = await context.book.append<'firm'>({
    ledger: officeId,
    chain: 'firm',
    makeBody: (start) => ({ k: 'retention.set', ...start, years }),
  });
  return toLineReference(appended);
}

/** @throws the server's refusals */
export async function proposeErasing(
  context: DeviceContext,
  disposals: Pick<DisposalsModule, 'propose'>,
  options: { readonly rooms?: readonly RoomId[] } = {},
): Promise<readonly ProposedErasing[]> {
  const { due } = await readRetention(context);
  const wanted = due.filter(
    ({ mayPropose, room }) => mayPropose && (options.rooms === undefined || options.rooms.includes(room)),
  );
  const proposals: ProposedErasing[] = [];
  for (const [room, months] of Map.groupBy(wanted, (each) => each.room)) {
    const chosen = months.slice(0, monthsPerProposalMax);
    const { disposal, line } = await disposals.propose({ records: chosen.map(({ record }) => record) });
    proposals.push({ disposal, room, months: chosen.map(({ month }) => month), line });
  }
  return proposals;
}
