/** The bytes of an Ed25519 cosignature/v1 (C2SP tlog-cosignature): what is signed, and time and signature as one blob. */
import { concatBytes, decodeU64, encodeU64, encodeUtf8 } from '@strongroom/core';
import { signatureInvalid } from './refusals.ts';

const timeBytes = 8;
const signatureBytes = 64;

/** The message a cosigner signs: header line, time line, and the whole body of the checkpoint. */
export function cosignatureMessage(signedAtSeconds: number, checkpointBody: Uint8Array): Uint8Array {
  return concatBytes(encodeUtf8(`cosignature/v1\ntime ${signedAtSeconds}\n`), checkpointBody);
}

/** u64 time, then the signature. @throws InputError INPUT_INVALID for a time that is no safe integer */
export function encodeCosignature(signedAtSeconds: number, signature: Uint8Array): Uint8Array {
  return concatBytes(encodeU64(signedAtSeconds), signature);
}

/** @throws IntegrityError SIGNATURE_INVALID for a wrong length or a time above 2^53 - 1 */
export function decodeCosignature(bytes: Uint8Array): { signedAtSeconds: number; signature: Uint8Array } {
  if (bytes.length !== timeBytes + signatureBytes) throw signatureInvalid('cosignature-length');
  // Above 2^53 the first eleven bits are not all zero; no clock says such a time.
  if (bytes[0] !== 0 || (bytes[1] as number) > 0x1f) throw signatureInvalid('cosignature-time');
  return { signedAtSeconds: decodeU64(bytes), signature: bytes.slice(timeBytes) };
}
