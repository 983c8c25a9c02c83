/** Rules of lines: what was written, shared, released, refused (docs/spec/statements.md sections 5 and 6). */
import type { RoomId } from '@strongroom/core';
import type { RoomClass, Shared, WrapRow, Written } from '../bodies/index.ts';
import { canWriteAtAll, canWriteUnderEpoch, mayOpen } from '../state/index.ts';
import type { RecordRow } from '../state/index.ts';
import { getRoom, getSigner, isManager, isMember } from './context.ts';
import type { Context, Rules } from './context.ts';
import type { RecordNote, VoidCode } from './verdict.ts';

type LineKind =
  | 'written'
  | 'shared'
  | 'released'
  | 'listed'
  | 'leased'
  | 'refused'
  | 'signed-in'
  | 'warden.refused'
  | 'hour.cut';

/** Rules about lines. */
export const lineRules: Rules<LineKind> = {
  written: {
    check(context, body) {
      if (!isMember(context, body.room) || !maySignerWrite(context)) return 'VOID_RIGHT';
      if (!areWrapsWhole(body.wraps)) return 'VOID_FORM';
      return checkEpochs(context, body.room, body.wraps, body.class);
    },
    note: noteOfWritten,
    apply(context, body) {
      if (!context.vault.hasRecords || noteOfWritten(context, body) !== undefined) return;
      addRow(context, body.room, {
        record: body.record,
        version: body.version,
        home: body.room,
        kind: body.kind,
        class: body.class,
        header: body.header,
        ...authorOf(context),
        wraps: body.wraps.map((wrap) => ({ ...wrap })),
        ...(body.conflictOf === undefined ? {} : { conflictOf: body.conflictOf }),
      });
    },
  },
  shared: {
    check: checkShare,
    note(context, body) {
      return context.vault.hasRecords && findHomeRow(context, body) === undefined
        ? 'RECORD_UNKNOWN'
        : undefined;
    },
    apply(context, body) {
      const home = findHomeRow(context, body);
      if (home === undefined) return;
      const wraps = body.wraps.map((wrap) => ({ ...wrap }));
      addRow(context, body.room, { ...home, home: body.from, ...authorOf(context), wraps });
    },
  },
  released: {
    check(context, body) {
      return checkOpening(context, body, new Set(body.parts.map(([room]) => room)));
    },
  },
  listed: {
    check(context, body) {
      return body.lo > body.hi ? 'VOID_FORM' : checkOpening(context, body, new Set([body.room]));
    },
  },
  leased: {
    check(context, body) {
      return checkOpening(context, body, new Set(body.rooms.map(([room]) => room)));
    },
  },
  refused: { check: () => undefined },
  'signed-in': { check: () => undefined },
  'warden.refused': {
    check: (context, body) => (body.index < context.index ? undefined : 'VOID_STATE'),
  },
  'hour.cut': { check: () => undefined },
};

function maySignerWrite(context: Context): boolean {
  const { office, moment, person } = context;
  return person !== undefined && canWriteAtAll(office, person, moment.at);
}

/** A card, perhaps a body, none twice. */
function areWrapsWhole(wraps: readonly WrapRow[]): boolean {
  const parts = new Set(wraps.map(({ part }) => part));
  return parts.size === wraps.length && parts.has('card');
}

function checkEpochs(
  context: Context,
  room: RoomId,
  wraps: readonly WrapRow[],
  recordClass: RoomClass,
): VoidCode | undefined {
  const { states, moment } = context;
  const when = { ...moment, class: recordClass };
  return wraps.every(({ epoch }) => canWriteUnderEpoch(states, room, epoch, when)) ? undefined : 'VOID_STATE';
}

/** Version numbers are looked at where record rows are kept: a wrong one takes its place in the chain and makes no version. */
function noteOfWritten(context: Context, body: Written): RecordNote | undefined {
  if (!context.vault.hasRecords) return undefined;
  const rows = getRoom(context, body.room).records.get(body.record);
  if (rows === undefined) return body.version === 1 ? undefined : 'VERSION_IGNORED';
  const isHome = rows.every(({ home }) => home === body.room);
  return isHome && body.version === (rows.at(-1)?.version ?? 0) + 1 ? undefined : 'VERSION_IGNORED';
}

function checkShare(context: Context, body: Shared): VoidCode | undefined {
  if (body.from === body.room || !context.vault.rooms.has(body.room)) return 'VOID_STATE';
  if (!isManager(context, body.from) || !isMember(context, body.room)) return 'VOID_RIGHT';
  if (!maySignerWrite(context)) return 'VOID_RIGHT';
  if (!areWrapsWhole(body.wraps)) return 'VOID_FORM';
  const home = getRoom(context, body.from);
  return home.isFrozen ? 'VOID_STATE' : checkEpochs(context, body.room, body.wraps, home.class);
}

function findHomeRow(context: Context, body: Shared): RecordRow | undefined {
  const rows = getRoom(context, body.from).records.get(body.record) ?? [];
  return rows.find(({ version, home }) => version === body.version && home === body.from);
}

function authorOf(context: Context): Pick<RecordRow, 'device' | 'person' | 'index' | 'atMs'> {
  const { index, entry } = context;
  const device = (entry.body as Written | Shared).d as RecordRow['device'];
  return { device, person: getSigner(context), index, atMs: entry.atMs };
}

function addRow(context: Context, roomId: RoomId, row: RecordRow): void {
  const { records } = getRoom(context, roomId);
  const rows = records.get(row.record);
  if (rows === undefined) records.set(row.record, [row]);
  else rows.push(row);
}

function checkOpening(
  context: Context,
  body: { readonly d: RecordRow['device']; readonly person: RecordRow['person'] },
  rooms: ReadonlySet<RoomId>,
): VoidCode | undefined {
  const { states, moment } = context;
  for (const room of rooms) {
    if (!mayOpen(states, { ...moment, room, device: body.d, person: body.person })) return 'VOID_RIGHT';
  }
  return undefined;
}
