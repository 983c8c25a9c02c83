/**
 * Domain separation of signatures and hashes (docs/spec/bytes.md section 3). A key signs under the labels of its own
 * purpose only, and nothing is ever signed or hashed without a label, so that no bytes mean two things.
 */
import { concatBytes, encodeUtf8 } from '../bytes/index.ts';
import type { Engine } from '../engine/index.ts';
import { InputError, IntegrityError } from '../errors/index.ts';

/** What an Ed25519 key may sign. */
export const signatureLabels = [
  'entry',
  'request',
  'session',
  'enrolment',
  'heads',
  'intake',
  'warden-entry',
  'web-bundle',
] as const;
export type SignatureLabel = (typeof signatureLabels)[number];

const labelPattern = /^[a-z][a-z0-9-]{0,31}$/;
const frames = new Map<string, Uint8Array>();

function encodeFrame(label: string): Uint8Array {
  let frame = frames.get(label);
  if (frame === undefined) {
    if (typeof label !== 'string' || !labelPattern.test(label))
      throw new InputError('INPUT_INVALID', { name: 'label' });
    frame = encodeUtf8(`strongroom/${label}/v1\n`);
    frames.set(label, frame);
  }
  return frame;
}

/** `Hn(name, bytes)`: SHA-256 of a labelled frame and the parts joined. */
export function hashLabelled(
  engine: Pick<Engine, 'sha256'>,
  name: string,
  ...parts: readonly Uint8Array[]
): Uint8Array {
  return engine.sha256(encodeFrame(name), ...parts);
}

/** The bytes that an Ed25519 signature under a label covers. @throws InputError INPUT_INVALID for an unknown label */
export function encodeSignedMessage(label: SignatureLabel, bytes: Uint8Array): Uint8Array {
  if (!signatureLabels.includes(label)) throw new InputError('INPUT_INVALID', { name: 'label' });
  return concatBytes(encodeFrame(label), bytes);
}

/** Signs bytes under a label; answers 64 bytes. */
export async function signLabelled(
  engine: Pick<Engine, 'signEd25519'>,
  options: { readonly label: SignatureLabel; readonly seed: Uint8Array; readonly bytes: Uint8Array },
): Promise<Uint8Array> {
  return await engine.signEd25519(options.seed, encodeSignedMessage(options.label, options.bytes));
}

/** What is needed to verify a labelled signature. */
export type VerifyLabelledOptions = {
  readonly label: SignatureLabel;
  readonly publicKey: Uint8Array;
  readonly bytes: Uint8Array;
  readonly signature: Uint8Array;
};

/** Whether a signature is right, by the engine's own verifier: for keys that were checked at enrolment. */
export async function verifyLabelled(
  engine: Pick<Engine, 'verifyEd25519'>,
  options: VerifyLabelledOptions,
): Promise<boolean> {
  return await engine.verifyEd25519(
    options.publicKey,
    encodeSignedMessage(options.label, options.bytes),
    options.signature,
  );
}

/** Whether a signature is right by the strict rule: for evidence. */
export async function verifyLabelledStrict(
  engine: Pick<Engine, 'verifyEd25519Strict'>,
  options: VerifyLabelledOptions,
): Promise<boolean> {
  return await engine.verifyEd25519Strict(
    options.publicKey,
    encodeSignedMessage(options.label, options.bytes),
    options.signature,
  );
}

/** @throws IntegrityError SIGNATURE_INVALID */
export async function assertLabelled(
  engine: Pick<Engine, 'verifyEd25519'>,
  options: VerifyLabelledOptions,
): Promise<void> {
  if (!(await verifyLabelled(engine, options)))
    throw new IntegrityError('SIGNATURE_INVALID', { label: options.label });
}
