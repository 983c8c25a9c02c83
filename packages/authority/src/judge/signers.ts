/** Who must have signed an entry, with which key (docs/spec/statements.md sections 1 and 4). */
import { officeId, verifyLabelled } from '@strongroom/core';
import type { DeviceId, Engine, UnlockId } from '@strongroom/core';
import type { Body } from '../bodies/index.ts';
import type { Entry, SignerId } from '../entries/index.ts';
import { isDeviceValid, isUnlockValid, wardenSignAt } from '../state/index.ts';
import type { OfficeState, States } from '../state/index.ts';
import type { EntryPlace } from './verdict.ts';

/** One signature that an entry must carry. */
export type RequiredSigner = {
  readonly id: SignerId;
  readonly label: 'entry' | 'warden-entry';
  readonly publicKey: Uint8Array;
};

/** Kinds that an unlock may sign alone. */
const unlockKinds: readonly Body['k'][] = [
  'device.added',
  'device.revoked',
  'firm.restored',
  'warden.promoted',
];

/** Of these, those that no device signs. */
const kitKinds: readonly Body['k'][] = ['firm.restored', 'warden.promoted'];

/** Kinds that the server makes and nobody signs. */
const unsignedKinds: readonly Body['k'][] = ['released', 'listed', 'leased', 'refused', 'signed-in'];

/** The office size at which an entry is judged: its own index in the office, the size it carries in a vault. */
export function judgedAt(entry: Entry, place: EntryPlace): number {
  return place.ledger === officeId ? place.index : (entry.officeSize ?? 0);
}

/**
 * The signatures that an entry must carry, in order; undefined when a signer is unknown or not valid, where it says it stood or where
 * it is judged.
 */
export function signersOf(
  states: States,
  entry: Entry,
  place: EntryPlace,
): readonly RequiredSigner[] | undefined {
  const { office } = states;
  const { body } = entry;
  if (unsignedKinds.includes(body.k)) return [];
  if (body.k === 'firm.created' || body.k === 'person.enrolled') {
    const named = [body.device, ...body.unlocks].map(({ id, sign }) => signer(id, sign));
    if (body.k === 'firm.created') return named;
    const key = office.invitations.get(body.invitation)?.key;
    return key === undefined ? undefined : [...named, signer(body.invitation, key)];
  }
  const id = (body as { readonly d: DeviceId | UnlockId | 'warden' }).d;
  if (id === 'warden') {
    const key = wardenSignAt(office, place.ledger, place.index);
    return key === undefined ? undefined : [{ id, label: 'warden-entry', publicKey: key }];
  }
  const at = judgedAt(entry, place);
  const cited = (body as { readonly pos: { readonly o: readonly [number, number, Uint8Array] } }).pos.o[1];
  const publicKey = findValidKey(office, body.k, id, at, Math.min(at, cited));
  return publicKey === undefined ? undefined : [signer(id, publicKey)];
}

function signer(id: SignerId, publicKey: Uint8Array): RequiredSigner {
  return { id, label: 'entry', publicKey };
}

function findValidKey(
  office: OfficeState,
  kind: Body['k'],
  id: DeviceId | UnlockId,
  ...sizes: readonly number[]
): Uint8Array | undefined {
  if (id.startsWith('dev_')) {
    if (kitKinds.includes(kind)) return undefined;
    const isValid = sizes.every((at) => isDeviceValid(office, id as DeviceId, at));
    return isValid ? office.devices.get(id as DeviceId)?.sign : undefined;
  }
  if (!unlockKinds.includes(kind)) return undefined;
  const isValid = sizes.every((at) => isUnlockValid(office, id as UnlockId, at));
  return isValid ? office.unlocks.get(id as UnlockId)?.sign : undefined;
}

/** Whether an entry carries exactly these signers' signatures, in this order, whatever they are worth. */
export function hasSignaturesOf(entry: Entry, signers: readonly RequiredSigner[]): boolean {
  return entry.sigs.length === signers.length && entry.sigs.every(([id], place) => signers[place]?.id === id);
}

/** Whether every signature is right. */
export async function verifySignatures(
  engine: Pick<Engine, 'verifyEd25519'>,
  entry: Entry,
  signers: readonly RequiredSigner[],
): Promise<boolean> {
  if (!hasSignaturesOf(entry, signers)) return false;
  // All at once: engines verify on threads of their own.
  const verified = await Promise.all(
    signers.map(async ({ label, publicKey }, place) => {
      const signature = entry.sigs[place]?.[1];
      if (signature === undefined) return false;
      return await verifyLabelled(engine, { label, publicKey, bytes: entry.bodyBytes, signature });
    }),
  );
  return verified.every((isRight) => isRight);
}
