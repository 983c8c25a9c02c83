/** The invitation code (docs/spec/bytes.md section 4): the firm's root, the seed of a one-time key, the invitation's id, a check. */
import {
  compareBytes,
  concatBytes,
  decodeId,
  encodeUtf8,
  formatId,
  hashLabelled,
  InputError,
} from '@strongroom/core';
import type { Engine, InvitationId } from '@strongroom/core';
import { decodeCrockford, encodeCrockford } from './crockford.ts';

/** What an invitation code carries. */
export interface InvitationCode {
  /** Hash of the genesis entry, pinned by whoever takes the invitation up. */
  readonly root: Uint8Array;
  /** 16 bytes. */
  readonly seed: Uint8Array;
  readonly invitation: InvitationId;
}

const groupLength = 6;
const contentBytes = 64;
const checkBytes = 3;

/** The code as it is handed over. */
export function formatInvitationCode(engine: Pick<Engine, 'sha256'>, code: InvitationCode): string {
  const bytes = concatBytes(code.root, code.seed, decodeId('inv', code.invitation));
  return encodeCrockford(concatBytes(bytes, checkOf(engine, bytes)), groupLength);
}

/** @throws InputError INVITATION_CODE_INVALID */
export function parseInvitationCode(engine: Pick<Engine, 'sha256'>, text: string): InvitationCode {
  const decoded = decodeCrockford(text);
  if (decoded === undefined || decoded.length !== contentBytes + checkBytes) {
    throw new InputError('INVITATION_CODE_INVALID');
  }
  const bytes = decoded.slice(0, contentBytes);
  if (compareBytes(decoded.subarray(contentBytes), checkOf(engine, bytes)) !== 0) {
    throw new InputError('INVITATION_CODE_INVALID');
  }
  return { root: bytes.slice(0, 32), seed: bytes.slice(32, 48), invitation: formatId('inv', bytes.slice(48)) };
}

/** The seed of the invitation's one-time signing key. */
export function deriveInvitationSeed(engine: Pick<Engine, 'hkdf'>, code: Pick<InvitationCode, 'seed' | 'invitation'>): Uint8Array {
  return engine.hkdf('sha256', {
    ikm: code.seed,
    info: concatBytes(encodeUtf8('sr1/invitation/sign'), encodeUtf8(code.invitation)),
    length: 32,
  });
}

function checkOf(engine: Pick<Engine, 'sha256'>, bytes: Uint8Array): Uint8Array {
  return hashLabelled(engine, 'invitation', bytes).slice(0, checkBytes);
}
