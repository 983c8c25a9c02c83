/** Keys of a person and of a device (docs/spec/bytes.md section 4). One label for each use, nothing derived twice. */
import { concatBytes, encodeBase32, encodeBase64url, encodeCbor, encodeUtf8, hashLabelled } from '@strongroom/core';
import type { DeviceId, Engine, PersonId } from '@strongroom/core';

type HkdfEngine = Pick<Engine, 'hkdf'>;

/** The password as it goes into OPAQUE: mixed with the kit secret, so that a record alone tests no guess. */
export function deriveOpaquePassword(
  engine: HkdfEngine,
  options: { readonly password: string; readonly kitSecret: Uint8Array; readonly person: PersonId },
): string {
  return encodeBase64url(
    engine.hkdf('sha256', {
      ikm: encodeUtf8(options.password.normalize('NFKC')),
      salt: options.kitSecret,
      info: concatBytes(encodeUtf8('sr1/opaque/password'), encodeUtf8(options.person)),
      length: 32,
    }),
  );
}

/** The seed of the password unlock. */
export function derivePasswordUnlock(
  engine: HkdfEngine,
  options: { readonly exportKey: Uint8Array; readonly kitSecret: Uint8Array; readonly person: PersonId },
): Uint8Array {
  return engine.hkdf('sha512', {
    ikm: concatBytes(options.exportKey, options.kitSecret),
    info: concatBytes(encodeUtf8('sr1/unlock/password'), encodeUtf8(options.person)),
    length: 32,
  });
}

/** The seed of the kit unlock. */
export function deriveKitUnlock(
  engine: HkdfEngine,
  options: {
    readonly kitCode: Uint8Array;
    readonly kitHalf: Uint8Array;
    readonly kitSecret: Uint8Array;
    readonly person: PersonId;
  },
): Uint8Array {
  return engine.hkdf('sha512', {
    ikm: concatBytes(options.kitCode, options.kitHalf, options.kitSecret),
    info: concatBytes(encodeUtf8('sr1/unlock/kit'), encodeUtf8(options.person)),
    length: 32,
  });
}

/** Both seeds of an unlock. */
export function deriveUnlockSeeds(
  engine: HkdfEngine,
  seed: Uint8Array,
): { readonly signSeed: Uint8Array; readonly kemSeed: Uint8Array } {
  return {
    signSeed: engine.hkdf('sha256', { ikm: seed, info: encodeUtf8('sr1/unlock/sign'), length: 32 }),
    kemSeed: engine.hkdf('sha256', { ikm: seed, info: encodeUtf8('sr1/unlock/kem'), length: 32 }),
  };
}

/** The key under which a device seals what it keeps. */
export function deriveDeviceFileKey(
  engine: HkdfEngine,
  options: { readonly exportKey: Uint8Array; readonly kitSecret: Uint8Array; readonly device: DeviceId },
): Uint8Array {
  return engine.hkdf('sha512', {
    ikm: concatBytes(options.exportKey, options.kitSecret),
    info: concatBytes(encodeUtf8('sr1/device-file'), encodeUtf8(options.device)),
    length: 32,
  });
}

/** The two keys of a generation of a person's identity. */
export function deriveGenerationKeys(
  engine: HkdfEngine,
  seed: Uint8Array,
): { readonly kemSeed: Uint8Array; readonly selfKey: Uint8Array } {
  return {
    kemSeed: engine.hkdf('sha256', { ikm: seed, info: encodeUtf8('sr1/generation/kem'), length: 32 }),
    selfKey: engine.hkdf('sha256', { ikm: seed, info: encodeUtf8('sr1/generation/self'), length: 32 }),
  };
}

/** 16 bytes that stand for a person: id, first generation's key, first device's signing key. */
export function computeFingerprint(
  engine: Pick<Engine, 'sha256'>,
  options: { readonly person: PersonId; readonly generationKem: Uint8Array; readonly deviceSign: Uint8Array },
): Uint8Array {
  return hashLabelled(
    engine,
    'fingerprint',
    encodeCbor([options.person, options.generationKem, options.deviceSign]),
  ).slice(0, 16);
}

/** Groups of 4-4-4-4-4-6, upper case. */
export function formatFingerprint(fingerprint: Uint8Array): string {
  const text = encodeBase32(fingerprint).toUpperCase();
  return [0, 4, 8, 12, 16].map((start) => text.slice(start, start + 4)).concat(text.slice(20)).join('-');
}

/** Whether a typed fingerprint is this one; spaces, dashes and case do not count. */
export function isFingerprint(fingerprint: Uint8Array, typed: string): boolean {
  return formatFingerprint(fingerprint).replaceAll('-', '') === typed.toUpperCase().replaceAll(/[\s-]/g, '');
}
