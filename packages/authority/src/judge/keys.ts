/** Public keys that a statement brings: well-formed, and never named before (attacks A4, A9, A10). */
import { encodeHex, hashLabelled, StrongroomError } from '@strongroom/core';
import type { OfficeState } from '../state/index.ts';
import type { JudgeEngine } from './context.ts';
import type { VoidCode } from './verdict.ts';

/** Public keys of one statement. */
export type NamedKeys = { readonly sign: readonly Uint8Array[]; readonly kem: readonly Uint8Array[] };

const kyberModulus = 3329;
const kyberCoefficientBytes = 1152;

/** FIPS 203 section 7.2, modulus check: a key that fails it cannot be sealed to, and would stop every rotation of its rooms. */
export function isKemKeyWellFormed(key: Uint8Array): boolean {
  for (let offset = 0; offset < kyberCoefficientBytes; offset += 3) {
    const middle = key[offset + 1] ?? 0;
    const first = (key[offset] ?? 0) | ((middle & 15) << 8);
    const second = (middle >> 4) | ((key[offset + 2] ?? 0) << 4);
    if (first >= kyberModulus || second >= kyberModulus) return false;
  }
  return true;
}

function isSignKeyWellFormed(engine: JudgeEngine, key: Uint8Array): boolean {
  try {
    engine.assertEd25519PublicKey(key);
    return true;
  } catch (error) {
    if (error instanceof StrongroomError) return false;
    throw error;
  }
}

/** VOID_FORM for a malformed key, VOID_STATE for one that was named before or is named twice. */
export function checkKeys(engine: JudgeEngine, office: OfficeState, keys: NamedKeys): VoidCode | undefined {
  const names = keyNames(engine, keys);
  if (new Set(names).size !== names.length || names.some((name) => office.keys.has(name)))
    return 'VOID_STATE';
  const isWellFormed =
    keys.kem.every(isKemKeyWellFormed) && keys.sign.every((key) => isSignKeyWellFormed(engine, key));
  return isWellFormed ? undefined : 'VOID_FORM';
}

/** Remembers keys, so that no statement can name them again. */
export function rememberKeys(engine: JudgeEngine, office: OfficeState, keys: NamedKeys): void {
  for (const name of keyNames(engine, keys)) office.keys.add(name);
}

function keyNames(engine: JudgeEngine, keys: NamedKeys): readonly string[] {
  return [...keys.sign, ...keys.kem].map((key) =>
    encodeHex(hashLabelled(engine, 'key', key).subarray(0, 16)),
  );
}
