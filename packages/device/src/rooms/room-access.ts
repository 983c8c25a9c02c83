/**
 * Changes to who may open a room. Public keys come from the chains alone, never from an answer (A1, F1); granting is a person's
 * act that names the fingerprint, never something a server can bring about (A11); a rotation's recipients are exactly the members
 * (F2, F7); older epochs are a separate act (F8).
 */
import {
  AccessError,
  commitEpochKey,
  compareBytes,
  IntegrityError,
  newEpochKey,
  newId,
  suite,
  wipeBytes,
} from '@strongroom/core';
import type { ClientCode, PersonId, RoomId, VaultId } from '@strongroom/core';
import {
  findGrant,
  findRoom,
  isRotationDue,
  membersOf,
  newestGeneration,
  personFingerprint,
  personHead,
  roleInRoom,
} from '@strongroom/authority';
import type { EpochRecipient, Room, RoomClass, RoomRole, RoomType } from '@strongroom/authority';
import type { Appended, AppendOptions } from '../chains/index.ts';
import type { DeviceContext } from '../device/context.ts';
import { isFingerprint } from '../identity/fingerprint-text.ts';
import { hashAttachment } from '../identity/generation-boxes.ts';
import { sealEpochBundle } from './epoch-bundle.ts';
import type { EpochBox } from './epoch-bundle.ts';

const now = Number.MAX_SAFE_INTEGER;

/** @throws AccessError NOT_A_MEMBER */
export function getRoom(context: DeviceContext, ledger: VaultId, room: RoomId): Room {
  const found = findRoom(context.book.rooms(ledger), room);
  if (found === undefined) throw new AccessError('NOT_A_MEMBER', { room });
  return found;
}

/** A person's fingerprint, from the chains. @throws AccessError NOT_FOUND */
export function fingerprintOf(context: DeviceContext, person: PersonId): Uint8Array {
  const fingerprint = personFingerprint(context.env.engine, context.book.office, person);
  if (fingerprint === undefined) throw new AccessError('NOT_FOUND', { person });
  return fingerprint;
}

/** Makes a room; the maker is its first manager. Its first epoch is due at once. */
export async function createRoom(
  context: DeviceContext,
  options: {
    readonly ledger: VaultId;
    readonly type: RoomType;
    readonly class: RoomClass;
    readonly client?: ClientCode;
    /** An id that was noted before; by default a new one. */
    readonly room?: RoomId;
    readonly send?: NonNullable<AppendOptions<RoomId>['send']>;
  },
): Promise<{ readonly room: RoomId; readonly appended: Appended }> {
  const { ledger, type, client } = options;
  const room = options.room ?? newId(context.env.engine, 'rom');
  const appended = await context.book.append<RoomId>({
    ledger,
    chain: room,
    makeBody: (start) => ({
      k: 'room.created',
      ...start,
      room,
      type,
      ...(client === undefined ? {} : { client }),
      class: options.class,
      suite,
    }),
    ...(options.send === undefined ? {} : { send: options.send }),
  });
  context.book.followRoom(ledger, room);
  if (findRoom(context.book.rooms(ledger), room) === undefined) await context.book.syncLedger(ledger);
  return { room, appended };
}

/** Whether this device should make a rotation of this room now. */
export function isRotationOurs(context: DeviceContext, ledger: VaultId, room: RoomId): boolean {
  const states = context.book.states(ledger);
  const moment = context.book.moment(ledger);
  return (
    isRotationDue(states, room, moment).due && findGrant(states, room, context.person, moment) !== undefined
  );
}

function readMembers(context: DeviceContext, ledger: VaultId, room: RoomId): PersonId[] {
  const { book } = context;
  return membersOf(book.states(ledger), room, book.moment(ledger)).map(({ person }) => person);
}

/**
 * Makes a due rotation. Its recipients are exactly the members and the recovery key: it can only drop readers. `recentMs`: chains
 * that were seen whole within that time are not asked for again; `isLazy`: the key is made durable by whoever makes many.
 */
export async function rotateEpoch(
  context: DeviceContext,
  ledger: VaultId,
  room: RoomId,
  { recentMs = 0, isLazy = false } = {},
): Promise<number> {
  const { engine } = context.env;
  const { book } = context;
  await book.syncRecipients(ledger, room, () => readMembers(context, ledger, room), recentMs);
  if (!isRotationDue(book.states(ledger), room, book.moment(ledger)).due)
    return getRoom(context, ledger, room).epoch?.n ?? 0;
  const key = newEpochKey(engine);
  let n = 0;
  const attachments: Uint8Array[] = [];
  try {
    await book.append<RoomId>({
      ledger,
      chain: room,
      attachments,
      makeBody: async (start) => {
        const found = getRoom(context, ledger, room);
        n = (found.epoch?.n ?? 0) + 1;
        const recovery = book.office.firm?.recovery;
        if (recovery === undefined) throw new IntegrityError('CHAIN_INVALID', { reason: 'recovery' });
        const recipients: EpochRecipient[] = [];
        const boxes: EpochBox[] = [{ n, key, kem: recovery.kem, recipient: { firm: context.firm } }];
        for (const person of readMembers(context, ledger, room)) {
          book.assertPersonFresh(person);
          const generation = newestGeneration(book.office, person, now);
          if (generation === undefined) throw new IntegrityError('RECIPIENT_REFUSED', { person });
          const head = personHead(book.office, person, now);
          recipients.push([person, generation.n, [head.n, head.head]]);
          boxes.push({ n, key, kem: generation.kem, recipient: { person, generation: generation.n } });
        }
        const bundle = await sealEpochBundle(engine, { vault: ledger, room, boxes });
        attachments.splice(0, attachments.length, bundle);
        return {
          k: 'epoch.rotated',
          ...start,
          room,
          n,
          commitment: commitEpochKey(engine, { vault: ledger, room, epoch: n }, key),
          bundle: hashAttachment(engine, bundle),
          recipients,
          recovery: recovery.n,
        };
      },
    });
    await context.keyring.add(ledger, room, n, key.slice(), { isLazy });
    return n;
  } finally {
    wipeBytes(key);
  }
}

/**
 * Grants a person the newest epoch of a room.
 * @throws AccessError FINGERPRINT_MISMATCH, NOT_A_MEMBER, NOT_FOUND, HEADS_STALE
 */
export async function grantAccess(
  context: DeviceContext,
  options: {
    readonly ledger: VaultId;
    readonly room: RoomId;
    readonly person: PersonId;
    readonly role: RoomRole;
    readonly fingerprint?: string;
    readonly endsAtMs?: number;
  },
): Promise<Appended> {
  const { engine } = context.env;
  const { book } = context;
  const { ledger, room, person } = options;
  await book.syncRecipients(ledger, room, () => [person]);
  if (isRotationDue(book.states(ledger), room, book.moment(ledger)).due)
    await rotateEpoch(context, ledger, room);
  const fingerprint = fingerprintOf(context, person);
  if (options.fingerprint !== undefined && !isFingerprint(fingerprint, options.fingerprint)) {
    throw new AccessError('FINGERPRINT_MISMATCH', { person });
  }
  const attachments: Uint8Array[] = [];
  const epochKeys = new Map<number, Uint8Array>();
  const epoch = getRoom(context, ledger, room).epoch?.n ?? 0;
  epochKeys.set(epoch, await context.keyring.get(ledger, room, epoch));
  return await book.append<RoomId>({
    ledger,
    chain: room,
    attachments,
    makeBody: async (start) => {
      book.assertPersonFresh(person);
      const n = getRoom(context, ledger, room).epoch?.n ?? 0;
      const key = epochKeys.get(n);
      const generation = newestGeneration(book.office, person, now);
      // Somebody rotated meanwhile: the caller looks again rather than handing out a key that is not the newest.
      if (key === undefined || generation === undefined)
        throw new IntegrityError('RECIPIENT_REFUSED', { person });
      if (compareBytes(fingerprintOf(context, person), fingerprint) !== 0)
        throw new IntegrityError('RECIPIENT_REFUSED', { person });
      const head = personHead(book.office, person, now);
      const bundle = await sealEpochBundle(engine, {
        vault: ledger,
        room,
        boxes: [{ n, key, kem: generation.kem, recipient: { person, generation: generation.n } }],
      });
      attachments.splice(0, attachments.length, bundle);
      return {
        k: 'access.granted',
        ...start,
        room,
        person,
        role: options.role,
        ...(options.endsAtMs === undefined ? {} : { endsAt: options.endsAtMs }),
        generation: generation.n,
        head: [head.n, head.head],
        fingerprint,
        epoch: n,
        bundle: hashAttachment(engine, bundle),
      };
    },
  });
}

/** Gives a member the older epochs. Answers undefined where there are none to give. @throws AccessError HEADS_STALE */
export async function grantHistory(
  context: DeviceContext,
  options: { readonly ledger: VaultId; readonly room: RoomId; readonly person: PersonId },
): Promise<Appended | undefined> {
  const { engine } = context.env;
  const { book } = context;
  const { ledger, room, person } = options;
  await book.syncRecipients(ledger, room, () => [person]);
  const newest = getRoom(context, ledger, room).epoch?.n ?? 0;
  if (newest < 2) return undefined;
  const keys: [number, Uint8Array][] = [];
  for (let n = newest - 1; n >= 1; n--) {
    const key = await context.keyring.find(ledger, room, n);
    if (key === undefined) break;
    keys.unshift([n, key]);
  }
  const [first] = keys;
  if (first === undefined) return undefined;
  const attachments: Uint8Array[] = [];
  return await book.append<RoomId>({
    ledger,
    chain: room,
    attachments,
    makeBody: async (start) => {
      book.assertPersonFresh(person);
      const generation = newestGeneration(book.office, person, now);
      if (
        generation === undefined ||
        roleInRoom(book.states(ledger), room, person, book.moment(ledger)) === undefined
      ) {
        throw new IntegrityError('RECIPIENT_REFUSED', { person });
      }
      const bundle = await sealEpochBundle(engine, {
        vault: ledger,
        room,
        boxes: keys.map(([n, key]) => ({
          n,
          key,
          kem: generation.kem,
          recipient: { person, generation: generation.n },
        })),
      });
      attachments.splice(0, attachments.length, bundle);
      return {
        k: 'history.granted',
        ...start,
        room,
        person,
        epochs: [first[0], newest - 1],
        bundle: hashAttachment(engine, bundle),
      };
    },
  });
}

/** Removes a member. Releases stop when this resolves. */
export async function revokeAccess(
  context: DeviceContext,
  options: { readonly ledger: VaultId; readonly room: RoomId; readonly person: PersonId },
): Promise<Appended> {
  const { ledger, room, person } = options;
  return await context.book.append<RoomId>({
    ledger,
    chain: room,
    makeBody: (start) => ({ k: 'access.revoked', ...start, room, person }),
  });
}
