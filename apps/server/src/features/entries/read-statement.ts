/** Which signed bodies a caller may hand in as they are. A line that nobody signs is the server's own word, and comes from nobody else. */
import { decodeBody } from '@strongroom/authority';
import type { Body, DeviceBody } from '@strongroom/authority';
import { InputError } from '@strongroom/core';
import type { VaultId } from '@strongroom/core';

/** Kinds that are made by the server or the warden, or have a call of their own that stores more than the entry. */
const elsewhere: ReadonlySet<Body['k']> = new Set([
  'firm.created',
  'person.enrolled',
  'vault.created',
  'written',
  'shared',
  'released',
  'listed',
  'leased',
  'refused',
  'signed-in',
  'warden.refused',
  'destruction.intended',
  'destroyed',
  'destruction.found',
  'room.restored',
  'firm.restored',
  'warden.promoted',
  'destruction.stopped',
  'hour.cut',
]);

/** A statement of a device for this ledger. @throws InputError REQUEST_INVALID for any other body */
export function readStatement(bytes: Uint8Array, ledger: VaultId): DeviceBody {
  const body = decodeBody(bytes);
  if (elsewhere.has(body.k) || body.l !== ledger) throw new InputError('REQUEST_INVALID', { reason: 'kind' });
  if (body.k === 'room.created' && body.client !== undefined)
    throw new InputError('REQUEST_INVALID', { reason: 'client' });
  return body as DeviceBody;
}

/** Statements that come with a person's first entry are of the device that it names. @throws InputError REQUEST_INVALID */
export function assertFollowing(
  following: readonly { readonly body: Uint8Array }[],
  ledger: VaultId,
  device: string,
): void {
  for (const { body } of following)
    if (readStatement(body, ledger).d !== device)
      throw new InputError('REQUEST_INVALID', { reason: 'following' });
}
