/** Derivations of people's keys (docs/spec/bytes.md section 4). One label per purpose; no key serves two. */
import { assertBytes, concatBytes, encodeBase64url, encodeUtf8 } from '../bytes/index.ts';
import type { Engine } from '../engine/index.ts';
import { InputError } from '../errors/index.ts';
import { parseId } from '../ids/index.ts';
import type { DeviceId, PersonId } from '../ids/index.ts';
import { kitSizes } from './kit.ts';

type Hkdf = Pick<Engine, 'hkdf'>;

/** Keys of one generation of a person's identity. */
export type GenerationKeys = {
  /** Seed of the X-Wing pair that boxes are made to. */
  readonly kemSeed: Uint8Array;
  /** Seals the person's keyrings. */
  readonly selfKey: Uint8Array;
  /** Seals the seed of the generation before. */
  readonly previousKey: Uint8Array;
};

/** Longest password, in UTF-8 bytes after normalisation. */
export const passwordSizeBytesMax = 1024;

/** From a generation's seed. */
export function deriveGenerationKeys(engine: Hkdf, genSeed: Uint8Array): GenerationKeys {
  assertBytes(genSeed, 'genSeed', 32);
  return {
    kemSeed: derive(engine, 'sha256', genSeed, 'sr1/generation/kem'),
    selfKey: derive(engine, 'sha256', genSeed, 'sr1/generation/self'),
    previousKey: derive(engine, 'sha256', genSeed, 'sr1/generation/previous'),
  };
}

/** The seed of the password's unlock: neither OPAQUE's export key nor the kit secret alone gives it. */
export function derivePasswordUnlockSeed(
  engine: Hkdf,
  options: { readonly exportKey: Uint8Array; readonly kitSecret: Uint8Array; readonly person: PersonId },
): Uint8Array {
  assertExportKey(options);
  return derive(
    engine,
    'sha512',
    concatBytes(options.exportKey, options.kitSecret),
    'sr1/unlock/password',
    parseId('per', options.person),
  );
}

/** The seed of the kit's unlock. */
export function deriveKitUnlockSeed(
  engine: Hkdf,
  options: {
    readonly kitCode: Uint8Array;
    readonly kitHalf: Uint8Array;
    readonly kitSecret: Uint8Array;
    readonly person: PersonId;
  },
): Uint8Array {
  assertBytes(options.kitCode, 'kitCode', kitSizes.kitCode);
  assertBytes(options.kitHalf, 'kitHalf', kitSizes.kitHalf);
  assertBytes(options.kitSecret, 'kitSecret', kitSizes.kitSecret);
  const ikm = concatBytes(options.kitCode, options.kitHalf, options.kitSecret);
  return derive(engine, 'sha512', ikm, 'sr1/unlock/kit', parseId('per', options.person));
}

/** Seeds of an unlock's signing and HPKE pairs. */
export function deriveUnlockKeys(
  engine: Hkdf,
  seed: Uint8Array,
): { readonly signSeed: Uint8Array; readonly kemSeed: Uint8Array } {
  assertBytes(seed, 'seed', 32);
  return {
    signSeed: derive(engine, 'sha256', seed, 'sr1/unlock/sign'),
    kemSeed: derive(engine, 'sha256', seed, 'sr1/unlock/kem'),
  };
}

/**
 * What OPAQUE is given as the password: two secrets in one, so that a dump of the server tests no guess.
 * @throws InputError INPUT_INVALID for an empty or overlong password
 */
export function deriveOpaquePassword(
  engine: Hkdf,
  options: { readonly password: string; readonly kitSecret: Uint8Array; readonly person: PersonId },
): string {
  assertBytes(options.kitSecret, 'kitSecret', kitSizes.kitSecret);
  if (typeof options.password !== 'string') throw new InputError('INPUT_INVALID', { name: 'password' });
  const ikm = encodeUtf8(options.password.normalize('NFKC'));
  if (ikm.length === 0 || ikm.length > passwordSizeBytesMax)
    throw new InputError('INPUT_INVALID', { name: 'password' });
  const info = encodeUtf8(`sr1/opaque/password${parseId('per', options.person)}`);
  return encodeBase64url(engine.hkdf('sha256', { ikm, salt: options.kitSecret, info, length: 32 }));
}

/** The key of a device's file or browser cache at rest. */
export function deriveDeviceFileKey(
  engine: Hkdf,
  options: { readonly exportKey: Uint8Array; readonly kitSecret: Uint8Array; readonly device: DeviceId },
): Uint8Array {
  assertExportKey(options);
  return derive(
    engine,
    'sha512',
    concatBytes(options.exportKey, options.kitSecret),
    'sr1/device-file',
    parseId('dev', options.device),
  );
}

function derive(
  engine: Hkdf,
  hash: 'sha256' | 'sha512',
  ikm: Uint8Array,
  label: string,
  id = '',
): Uint8Array {
  return engine.hkdf(hash, { ikm, info: encodeUtf8(label + id), length: 32 });
}

function assertExportKey(options: { readonly exportKey: Uint8Array; readonly kitSecret: Uint8Array }): void {
  assertBytes(options.exportKey, 'exportKey');
  if (options.exportKey.length < 32) throw new InputError('INPUT_INVALID', { name: 'exportKey' });
  assertBytes(options.kitSecret, 'kitSecret', kitSizes.kitSecret);
}
