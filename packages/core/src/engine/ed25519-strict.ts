/**
 * The strict Ed25519 rule, the same in every engine. Verifiers disagree on crafted keys and signatures, so keys are
 * checked at enrolment and evidence is verified by a rule that every conforming verifier agrees with.
 */
import { ed25519 } from '@noble/curves/ed25519.js';
import { isBytes } from '../bytes/index.ts';
import { IntegrityError } from '../errors/index.ts';
import { engineSizes } from './engine.ts';

/** Refuses a key that is not the canonical encoding of a point of the prime-order subgroup. @throws IntegrityError KEY_INVALID */
export function assertStrictPublicKey(publicKey: Uint8Array): void {
  if (!isPrimeOrderPoint(publicKey)) throw new IntegrityError('KEY_INVALID', { algorithm: 'ed25519' });
}

/** Whether key, R and S are canonical, key and R are of the prime-order subgroup, and the equation holds. */
export function isStrictSignature(
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (!isBytes(signature) || signature.length !== engineSizes.ed25519Signature || !isBytes(message))
    return false;
  if (!isPrimeOrderPoint(publicKey) || !isPrimeOrderPoint(signature.subarray(0, 32))) return false;
  try {
    return ed25519.verify(signature, message, publicKey, { zip215: false });
  } catch {
    // noble throws on encodings that it refuses; that is a signature that does not verify.
    return false;
  }
}

function isPrimeOrderPoint(bytes: Uint8Array): boolean {
  if (!isBytes(bytes) || bytes.length !== engineSizes.ed25519PublicKey) return false;
  try {
    const point = ed25519.Point.fromBytes(bytes, false);
    return !point.isSmallOrder() && point.isTorsionFree();
  } catch {
    // Not a canonical encoding of a point of the curve.
    return false;
  }
}
