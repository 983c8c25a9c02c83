/**
 * The one gate. Every route declares a question in the endpoint table; this file answers all of them, and nothing reaches a
 * handler past it. What concerns only the asker is told with its own code; what depends on a room, a record or a vault is
 * `ACCESS_DENIED` in every case, with the same work done (attack J14).
 */
import {
  canWriteAtAll,
  decodeBody,
  findGrant,
  hasRole,
  isDeviceValid,
  isUnlockValid,
  isWalled,
  mayReadLedger,
} from '@strongroom/authority';
import type { FirmRole, PersonId, RecordId, RoomId, States } from '@strongroom/authority';
import { AccessError, DependencyError, isId, officeId } from '@strongroom/core';
import type { VaultId } from '@strongroom/core';
import type { Endpoint, EndpointName, GateQuestion } from '@strongroom/protocol';
import type { Session } from '../call.ts';
import type { ServerContext } from '../context.ts';
import { isFirstRunCode } from '../features/firm/index.ts';

/** What is asked: the endpoint, who asks, and the parsed call. */
export type GateAsk = {
  readonly name: EndpointName;
  readonly endpoint: Pick<Endpoint, 'gate'>;
  readonly session: Session | undefined;
  readonly params: Readonly<Record<string, unknown>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: Readonly<Record<string, unknown>>;
};

type Inside = { readonly context: ServerContext; readonly ask: GateAsk; readonly session: Session };
type Check = (inside: Inside) => boolean | Promise<boolean>;

/** Questions that a caller without a session may come with. */
const openQuestions: ReadonlySet<GateQuestion> = new Set(['public', 'first-run', 'invitation', 'witness']);
/** All that is left while a ledger waits for a restore. */
const restoreEndpoints: ReadonlySet<EndpointName> = new Set([
  'getHealth',
  'getFirm',
  'startSignIn',
  'finishSignIn',
  'endSession',
  'getDoctor',
]);

/** All that a pass is good for, in the office alone: to read one's own chain and to add the device. */
const passEndpoints: ReadonlySet<EndpointName> = new Set([
  'sync',
  'getAttachment',
  'getConsistency',
  'submitEntry',
  'endSession',
]);

/** Whether a question needs a session: then none is read further without one. */
export function needsSession(question: GateQuestion): boolean {
  return !openQuestions.has(question);
}

const checks: Readonly<
  Record<Exclude<GateQuestion, 'public' | 'first-run' | 'invitation' | 'witness'>, Check>
> = {
  session: ({ context, ask }) => isKnownVault(context, ask),
  'entry.submit': ({ context, ask }) => isKnownVault(context, ask),
  // Which chains, and which room a disposal or attachment belongs to, the handler asks the authority.
  'chain.read': ({ context, ask }) => isKnownVault(context, ask),
  'ledger.read': ({ context, ask, session }) =>
    isKnownVault(context, ask) && mayAskForLines(context, ask, session.person),
  'ledger.export': ({ context, ask, session }) =>
    isKnownVault(context, ask) && mayExport(context, ask, session.person),
  'vault.create': ({ context, session }) => hasFirmRole(context, session.person, 'owner'),
  'room.create': ({ context, ask, session }) =>
    isKnownVault(context, ask) && hasFirmRole(context, session.person, 'opener'),
  'room.write': ({ context, ask, session }) =>
    isKnownVault(context, ask) && mayUseRooms(context, ask, session.person, roomsOf(ask)),
  'record.open': ({ context, ask, session }) =>
    isKnownVault(context, ask) && mayOpenRecord(context, ask, session.person),
  'firm.administer': ({ context, session }) => hasFirmRole(context, session.person, 'administrator'),
};

/**
 * Lets a call through or throws.
 * @throws AccessError SESSION_REQUIRED, DEVICE_CUT_OFF, STEP_UP_REQUIRED, KIT_NOT_NOTED, FIRST_RUN_CODE_INVALID, ACCESS_DENIED; DependencyError RESTORE_MODE, DATABASE_FAILED
 */
export async function passGate(context: ServerContext, ask: GateAsk): Promise<void> {
  if (context.ledgers.isRestoreMode && !restoreEndpoints.has(ask.name))
    throw new DependencyError('RESTORE_MODE');
  if (context.ledgers.isStale) throw new DependencyError('DATABASE_FAILED');
  const { gate } = ask.endpoint;
  if (gate === 'public' || gate === 'invitation') return;
  if (gate === 'first-run') {
    if (!(await isFirstRunCode(context, String(ask.body['code']))))
      throw new AccessError('FIRST_RUN_CODE_INVALID');
    return;
  }
  if (gate === 'witness') {
    const { ledger } = ask.params as { ledger: VaultId };
    const asked = await context.witnesses.admitReader(ledger, String(ask.body['request']));
    if (asked === undefined) throw new AccessError('ACCESS_DENIED');
    return;
  }
  const session = assertAsker(context, ask, gate);
  if (!(await checks[gate]({ context, ask, session }))) throw new AccessError('ACCESS_DENIED');
}

/** (a) What concerns only the asker. */
function assertAsker(context: ServerContext, ask: GateAsk, gate: GateQuestion): Session {
  const { session } = ask;
  const { at } = context.ledgers.now();
  if (session === undefined) throw new AccessError('SESSION_REQUIRED');
  // A device that was cut off has no session any more, whatever its token says; whoever has its token may know why.
  if (!isAskerValid(context, ask, session))
    throw new AccessError(session.unlock === undefined ? 'DEVICE_CUT_OFF' : 'SESSION_REQUIRED');
  if (gate === 'room.write' && !canWriteAtAll(context.ledgers.officeState, session.person, at))
    throw new AccessError('KIT_NOT_NOTED');
  return session;
}

function isAskerValid(context: ServerContext, ask: GateAsk, session: Session): boolean {
  const { at } = context.ledgers.now();
  const { officeState } = context.ledgers;
  if (session.unlock === undefined) return isDeviceValid(officeState, session.device, at);
  const ledger = ask.params['ledger'] ?? ask.body['ledger'] ?? officeId;
  return passEndpoints.has(ask.name) && ledger === officeId && isUnlockValid(officeState, session.unlock, at);
}

/** A vault or ledger that is named exists; calls that name none pass. */
function isKnownVault(context: ServerContext, ask: GateAsk): boolean {
  const named = ask.params['vault'] ?? ask.params['ledger'] ?? ask.body['ledger'];
  return named === undefined || (isId('vlt', named) && context.ledgers.find(named) !== undefined);
}

function statesOf(context: ServerContext, ask: GateAsk): States {
  return context.ledgers.states((ask.params['vault'] ?? ask.params['ledger'] ?? officeId) as VaultId);
}

function hasFirmRole(context: ServerContext, person: PersonId, role: FirmRole): boolean {
  return hasRole(context.ledgers.officeState, person, role, context.ledgers.now().at);
}

/** Readers of the whole ledger, and members for their own rooms' lines or a single entry of them. */
function mayAskForLines(context: ServerContext, ask: GateAsk, person: PersonId): boolean {
  if (mayReadLedger(statesOf(context, ask), person, context.ledgers.now())) return true;
  if (ask.name === 'getInclusion') return true;
  const room = ask.query['room'];
  return isId('rom', room) && isMember(context, ask, person, room);
}

/**
 * Entries are the lines of all rooms: not for somebody who is walled off one. Hashes say nothing but how much happens: whoever has an account
 * in the ledger may hold it to what it showed others.
 */
function mayExport(context: ServerContext, ask: GateAsk, person: PersonId): boolean {
  const states = statesOf(context, ask);
  const moment = context.ledgers.now();
  const rooms = [...(states.vault ?? states.office.own).rooms.keys()];
  const isOfEntries = String(ask.params['path']).startsWith('tile/entries/');
  if (!isOfEntries) {
    const isTheirs = ask.params['ledger'] === officeId;
    if (isTheirs || rooms.some((room) => isMember(context, ask, person, room))) return true;
  }
  const isWalledOff = rooms.some((room) => isWalled(states.office, person, room, moment.at));
  return mayReadLedger(states, person, moment) && !isWalledOff;
}

function isMember(context: ServerContext, ask: GateAsk, person: PersonId, room: RoomId): boolean {
  return findGrant(statesOf(context, ask), room, person, context.ledgers.now()) !== undefined;
}

/** The rooms that a call names, itself or in the body that it hands in. */
function roomsOf({ name, body: asked }: GateAsk): readonly RoomId[] {
  if (name === 'takeRoomSlots') return asked['rooms'] as readonly RoomId[];
  if (name === 'getCards')
    return (asked['versions'] as readonly (readonly [RoomId, ...unknown[]])[]).map(([room]) => room);
  const { room, body } = asked;
  if (isId('rom', room)) return [room];
  if (!(body instanceof Uint8Array)) return [];
  const decoded = decodeBody(body);
  return decoded.k === 'written' ? [decoded.room] : [];
}

/** Whether every room named is this person's to use; all are looked at, whichever is not. */
function mayUseRooms(
  context: ServerContext,
  ask: GateAsk,
  person: PersonId,
  named: readonly RoomId[],
): boolean {
  const states = statesOf(context, ask);
  const { rooms } = states.vault ?? states.office.own;
  let mayUseAll = named.length > 0;
  for (const roomId of new Set(named)) {
    const room = rooms.get(roomId);
    const mayUse = room !== undefined && !room.isFrozen && isMember(context, ask, person, room.id);
    mayUseAll = mayUse && mayUseAll;
  }
  return mayUseAll;
}

/** A signed request is judged with its own refused line by the handler; cards by their rooms; the rest by record. */
function mayOpenRecord(context: ServerContext, ask: GateAsk, person: PersonId): boolean {
  if (ask.name === 'release') return true;
  if (ask.name === 'getCards') return mayUseRooms(context, ask, person, roomsOf(ask));
  const { record, version } = ask.params as { record: RecordId; version: number };
  const states = statesOf(context, ask);
  let isFound = false;
  // Every room of the asker is looked at, found or not, so that the time tells nothing.
  for (const room of (states.vault ?? states.office.own).rooms.values()) {
    const isMine = !room.isFrozen && isMember(context, ask, person, room.id);
    const row = room.records.get(record)?.find((one) => one.version === version);
    const isAlive = row?.wraps.some((wrap) => wrap.destroyed === undefined) ?? false;
    isFound ||= isMine && isAlive;
  }
  return isFound;
}
