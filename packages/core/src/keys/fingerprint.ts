import { assertBytes, encodeBase32 } from '../bytes/index.ts';
import { encodeCbor } from '../cbor/index.ts';
import type { Engine } from '../engine/index.ts';
import { engineSizes } from '../engine/index.ts';
import { parseId } from '../ids/index.ts';
import type { PersonId } from '../ids/index.ts';
import { hashLabelled } from '../labels/index.ts';

/** What a person's fingerprint is made of. */
export type FingerprintSource = {
  readonly person: PersonId;
  /** HPKE public key of generation 1. */
  readonly generationKey: Uint8Array;
  /** Signing key of the person's first device. */
  readonly deviceKey: Uint8Array;
};

/** The fingerprint that people compare: 26 characters in groups of 4-4-4-4-4-6. */
export function formatFingerprint(engine: Pick<Engine, 'sha256'>, source: FingerprintSource): string {
  assertBytes(source.generationKey, 'generationKey', engineSizes.hpkePublicKey);
  assertBytes(source.deviceKey, 'deviceKey', engineSizes.ed25519PublicKey);
  const value = encodeCbor([parseId('per', source.person), source.generationKey, source.deviceKey]);
  const text = encodeBase32(hashLabelled(engine, 'fingerprint', value).slice(0, 16)).toUpperCase();
  const groups = [0, 4, 8, 12, 16].map((offset) => text.slice(offset, offset + 4));
  return [...groups, text.slice(20)].join('-');
}
