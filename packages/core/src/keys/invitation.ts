/** The invitation code (docs/spec/bytes.md section 4): root hash ‖ seed of a one-time signing key ‖ invitation id ‖ check. */
import { assertBytes, concatBytes, encodeUtf8 } from '../bytes/index.ts';
import type { Engine } from '../engine/index.ts';
import { decodeId, formatId } from '../ids/index.ts';
import type { InvitationId } from '../ids/index.ts';
import { hashLabelled } from '../labels/index.ts';
import { formatCrockford } from './crockford-text.ts';
import { parseChecked } from './kit.ts';

/** What an invitation code holds. `rootHash` is the hash of the firm's genesis entry. */
export type Invitation = {
  readonly rootHash: Uint8Array;
  readonly seed: Uint8Array;
  readonly invitation: InvitationId;
};

const groupLength = 6;

/** @throws InputError INPUT_INVALID, ID_INVALID */
export function formatInvitation(engine: Pick<Engine, 'sha256'>, invitation: Invitation): string {
  assertBytes(invitation.rootHash, 'rootHash', 32);
  assertBytes(invitation.seed, 'seed', 16);
  const bytes = concatBytes(invitation.rootHash, invitation.seed, decodeId('inv', invitation.invitation));
  return formatCrockford(concatBytes(bytes, checkOf(engine, bytes)), groupLength);
}

/** @throws InputError KIT_INVALID */
export function parseInvitation(engine: Pick<Engine, 'sha256'>, text: string): Invitation {
  const bytes = parseChecked(text, 64, (part) => checkOf(engine, part));
  return {
    rootHash: bytes.slice(0, 32),
    seed: bytes.slice(32, 48),
    invitation: formatId('inv', bytes.slice(48)),
  };
}

/** The seed of the one-time key that signs the enrolment. */
export function deriveInvitationSignSeed(
  engine: Pick<Engine, 'hkdf'>,
  invitation: Pick<Invitation, 'seed' | 'invitation'>,
): Uint8Array {
  assertBytes(invitation.seed, 'seed', 16);
  const info = concatBytes(encodeUtf8('sr1/invitation/sign'), encodeUtf8(invitation.invitation));
  return engine.hkdf('sha256', { ikm: invitation.seed, info, length: 32 });
}

function checkOf(engine: Pick<Engine, 'sha256'>, bytes: Uint8Array): Uint8Array {
  return hashLabelled(engine, 'invitation', bytes).slice(0, 3);
}
