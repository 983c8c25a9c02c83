/** What a rule sees of the entry it judges. */
import type { Engine, PersonId, RoomId } from '@strongroom/core';
import type { Body, BodyKind, BodyOf, FirmRole } from '../bodies/index.ts';
import type { Entry } from '../entries/index.ts';
import { findGrant, hasRole, isWalled } from '../state/index.ts';
import type { Interval, Moment, OfficeState, Room, States, VaultState } from '../state/index.ts';
import type { RecordNote, VoidCode } from './verdict.ts';

/** What judging needs of an engine beside verifying signatures. */
export type JudgeEngine = Pick<Engine, 'sha256' | 'assertEd25519PublicKey'>;

/** One entry, where it lies and when it is judged. */
export type Context = {
  readonly engine: JudgeEngine;
  readonly office: OfficeState;
  /** The ledger of the entry: the vault, or the office's own rooms. */
  readonly vault: VaultState;
  /** The same for questions about rooms. */
  readonly states: States;
  readonly entry: Entry;
  readonly index: number;
  readonly moment: Moment;
  /** Whose device or unlock signed; undefined for genesis, enrolment and lines without a device's signature. */
  readonly person: PersonId | undefined;
};

/** The rule of one kind. `check` and `note` change nothing. */
export type Rule<B extends Body> = {
  readonly check: (context: Context, body: B) => VoidCode | undefined;
  readonly note?: (context: Context, body: B) => RecordNote | undefined;
  readonly apply?: (context: Context, body: B) => void;
};

/** The rules of some kinds. */
export type Rules<K extends BodyKind> = { readonly [P in K]: Rule<BodyOf<P>> };

/** Whether the signer is active and has one of these firm-wide roles. */
export function signerHas(context: Context, ...roles: readonly FirmRole[]): boolean {
  const { office, moment, person } = context;
  return person !== undefined && roles.some((role) => hasRole(office, person, role, moment.at));
}

/** Whether the signer is a manager of the room, by a grant in force. */
export function isManager(context: Context, roomId: RoomId): boolean {
  const { states, moment, person } = context;
  return person !== undefined && findGrant(states, roomId, person, moment)?.role === 'manager';
}

/** Whether the signer is a member or manager of the room, by a grant in force. */
export function isMember(context: Context, roomId: RoomId): boolean {
  const { states, moment, person } = context;
  return person !== undefined && findGrant(states, roomId, person, moment) !== undefined;
}

/** Whether the signer may act in a room by firm-wide role: officer or owner, not walled off that room. */
export function isOfficerFor(context: Context, roomId: RoomId): boolean {
  const { office, moment, person } = context;
  if (person === undefined || isWalled(office, person, roomId, moment.at)) return false;
  return signerHas(context, 'officer', 'owner');
}

/** The room, which the check has found before. */
export function getRoom(context: Context, roomId: RoomId): Room {
  const room = context.vault.rooms.get(roomId);
  if (room === undefined) throw new TypeError('the room was checked to exist');
  return room;
}

/** An interval that begins with this entry. */
export function beginHere(context: Context): { from: number; fromMs: number } {
  return { from: context.index, fromMs: context.entry.atMs };
}

/** The signer, where the kind has one. */
export function getSigner(context: Context): PersonId {
  if (context.person === undefined) throw new TypeError('the signer was checked to be known');
  return context.person;
}

/** Ends an interval, which the check has found open, with this entry. */
export function endHere(context: Context, interval: Interval | undefined): void {
  if (interval === undefined) throw new TypeError('the interval was checked to be open');
  interval.to = context.index;
  interval.toMs = context.entry.atMs;
}
