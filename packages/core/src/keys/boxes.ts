/**
 * Boxes of secrets to people, and what a person seals to himself (docs/spec/bytes.md sections 4 and 5). Every box says in
 * its AAD whose it is, of which room, epoch or generation, so that none serves in another's place (attacks B4, F5).
 */
import { encodeUtf8, isBytes, isEqualConstantTime } from '../bytes/index.ts';
import { decodeCbor, encodeCbor } from '../cbor/index.ts';
import type { CborMap, CborValue } from '../cbor/index.ts';
import type { Engine } from '../engine/index.ts';
import { CryptoError } from '../errors/index.ts';
import { isId, parseId } from '../ids/index.ts';
import type { DeviceId, FirmId, PersonId, RoomId, UnlockId, VaultId } from '../ids/index.ts';
import { deriveGenerationKeys } from './derivations.ts';
import { assertKey } from './key-kinds.ts';
import type { EpochKey } from './key-kinds.ts';
import { openWithNonce, sealWithNonce } from './nonce-box.ts';

type Sealer = Pick<Engine, 'hpkeSeal'>;
type Opener = Pick<Engine, 'hpkeOpen'>;

const identityInfo = encodeUtf8('sr1/identity/v1');
const epochInfo = encodeUtf8('sr1/epoch/v1');
const recoveryInfo = encodeUtf8('sr1/recovery/v1');
const commitLabel = encodeUtf8('sr1/epoch/commit');

/** Whose identity, which generation, and the device or unlock that the box is for. */
export type GenerationBoxContext = {
  readonly person: PersonId;
  readonly generation: number;
  readonly recipient: DeviceId | UnlockId;
};

function encodeGenerationContext(context: GenerationBoxContext): Uint8Array {
  return encodeCbor([parseId('per', context.person), context.generation, context.recipient]);
}

/** Seals a generation's seed to a device or an unlock. */
export async function sealGenerationBox(
  engine: Sealer,
  options: {
    readonly publicKey: Uint8Array;
    readonly context: GenerationBoxContext;
    readonly genSeed: Uint8Array;
  },
): Promise<Uint8Array> {
  assertKey(options.genSeed, 'genSeed');
  const aad = encodeGenerationContext(options.context);
  return await engine.hpkeSeal({
    publicKey: options.publicKey,
    info: identityInfo,
    aad,
    plaintext: options.genSeed,
  });
}

/** @throws CryptoError DECRYPT_FAILED */
export async function openGenerationBox(
  engine: Opener,
  options: { readonly seed: Uint8Array; readonly context: GenerationBoxContext; readonly box: Uint8Array },
): Promise<Uint8Array> {
  const aad = encodeGenerationContext(options.context);
  return assertSecret(
    await engine.hpkeOpen({ seed: options.seed, info: identityInfo, aad, sealed: options.box }),
  );
}

/** Seals the seed of the generation before under the newest; `generation` is the newest's number. */
export async function sealPreviousGeneration(
  engine: Pick<Engine, 'hkdf' | 'randomBytes' | 'sealAesGcm'>,
  options: {
    readonly genSeed: Uint8Array;
    readonly person: PersonId;
    readonly generation: number;
    readonly previousSeed: Uint8Array;
  },
): Promise<Uint8Array> {
  assertKey(options.previousSeed, 'previousSeed');
  const key = deriveGenerationKeys(engine, options.genSeed).previousKey;
  const aad = encodeCbor([parseId('per', options.person), options.generation - 1]);
  return await sealWithNonce(engine, { key, aad, plaintext: options.previousSeed });
}

/** @throws CryptoError DECRYPT_FAILED */
export async function openPreviousGeneration(
  engine: Pick<Engine, 'hkdf' | 'openAesGcm'>,
  options: {
    readonly genSeed: Uint8Array;
    readonly person: PersonId;
    readonly generation: number;
    readonly sealed: Uint8Array;
  },
): Promise<Uint8Array> {
  const key = deriveGenerationKeys(engine, options.genSeed).previousKey;
  const aad = encodeCbor([parseId('per', options.person), options.generation - 1]);
  return assertSecret(await openWithNonce(engine, { key, aad, sealed: options.sealed }));
}

/** Seals the recovery key's seed to the owner's kit, as long as there are no keepers. */
export async function sealRecoveryBox(
  engine: Sealer,
  options: { readonly publicKey: Uint8Array; readonly firm: FirmId; readonly seed: Uint8Array },
): Promise<Uint8Array> {
  assertKey(options.seed, 'seed');
  const aad = encodeCbor([parseId('frm', options.firm), 1]);
  return await engine.hpkeSeal({
    publicKey: options.publicKey,
    info: recoveryInfo,
    aad,
    plaintext: options.seed,
  });
}

/** @throws CryptoError DECRYPT_FAILED */
export async function openRecoveryBox(
  engine: Opener,
  options: { readonly kemSeed: Uint8Array; readonly firm: FirmId; readonly box: Uint8Array },
): Promise<Uint8Array> {
  const aad = encodeCbor([parseId('frm', options.firm), 1]);
  return assertSecret(
    await engine.hpkeOpen({ seed: options.kemSeed, info: recoveryInfo, aad, sealed: options.box }),
  );
}

/** Which epoch of which room. */
export type EpochContext = { readonly vault: VaultId; readonly room: RoomId; readonly epoch: number };
/** A member in one generation, or the firm's recovery key. */
export type EpochRecipient =
  | { readonly person: PersonId; readonly generation: number }
  | { readonly firm: FirmId };

/** The commitment to an epoch key that the statement holds: 32 bytes. */
export function commitEpochKey(
  engine: Pick<Engine, 'hmac'>,
  context: EpochContext,
  epochKey: EpochKey,
): Uint8Array {
  assertKey(epochKey, 'epochKey');
  return engine.hmac(
    'sha256',
    epochKey,
    commitLabel,
    encodeCbor([parseId('vlt', context.vault), parseId('rom', context.room), context.epoch]),
  );
}

function encodeEpochContext(context: EpochContext, recipient: EpochRecipient): Uint8Array {
  const front: readonly CborValue[] = [
    parseId('vlt', context.vault),
    parseId('rom', context.room),
    context.epoch,
  ];
  const back: readonly CborValue[] =
    'firm' in recipient
      ? ['recovery', parseId('frm', recipient.firm)]
      : [parseId('per', recipient.person), recipient.generation];
  return encodeCbor([...front, ...back]);
}

/** Seals an epoch key to a member's generation or to the recovery key. */
export async function sealEpochBox(
  engine: Sealer,
  options: {
    readonly publicKey: Uint8Array;
    readonly context: EpochContext;
    readonly recipient: EpochRecipient;
    readonly epochKey: EpochKey;
  },
): Promise<Uint8Array> {
  assertKey(options.epochKey, 'epochKey');
  const aad = encodeEpochContext(options.context, options.recipient);
  return await engine.hpkeSeal({
    publicKey: options.publicKey,
    info: epochInfo,
    aad,
    plaintext: options.epochKey,
  });
}

/**
 * Opens an epoch box and compares the key with the statement's commitment.
 * @throws CryptoError DECRYPT_FAILED also for a key that is not the committed one: the reader reports it, a rotation is due
 */
export async function openEpochBox(
  engine: Opener & Pick<Engine, 'hmac'>,
  options: {
    readonly kemSeed: Uint8Array;
    readonly context: EpochContext;
    readonly recipient: EpochRecipient;
    readonly commitment: Uint8Array;
    readonly box: Uint8Array;
  },
): Promise<EpochKey> {
  const aad = encodeEpochContext(options.context, options.recipient);
  const key = assertSecret(
    await engine.hpkeOpen({ seed: options.kemSeed, info: epochInfo, aad, sealed: options.box }),
  );
  if (!isEqualConstantTime(commitEpochKey(engine, options.context, key), options.commitment))
    throw new CryptoError('DECRYPT_FAILED');
  return key;
}

/** All epoch keys of a person in one vault: for each room, number and key, the number ascending. */
export type Keyring = ReadonlyMap<RoomId, readonly (readonly [number, EpochKey])[]>;
/** Whose keyring; `number` counts its writings. */
export type KeyringContext = {
  readonly person: PersonId;
  readonly generation: number;
  readonly vault: VaultId;
  readonly number: number;
};

function encodeKeyringContext(context: KeyringContext): Uint8Array {
  return encodeCbor([
    'keyring',
    parseId('per', context.person),
    context.generation,
    parseId('vlt', context.vault),
    context.number,
  ]);
}

/** Largest keyring, in bytes. */
const keyringSizeBytesMax = 16_777_216;

/** Seals a keyring under the generation's self key. */
export async function sealKeyring(
  engine: Pick<Engine, 'randomBytes' | 'sealAesGcm'>,
  options: { readonly selfKey: Uint8Array; readonly context: KeyringContext; readonly keyring: Keyring },
): Promise<Uint8Array> {
  const rooms: Record<string, CborValue> = {};
  for (const [room, keys] of options.keyring)
    rooms[parseId('rom', room)] = keys.map(([epoch, key]) => [epoch, key]);
  const plaintext = encodeCbor(rooms, { sizeBytesMax: keyringSizeBytesMax });
  return await sealWithNonce(engine, {
    key: options.selfKey,
    aad: encodeKeyringContext(options.context),
    plaintext,
  });
}

/** @throws CryptoError DECRYPT_FAILED */
export async function openKeyring(
  engine: Pick<Engine, 'openAesGcm'>,
  options: { readonly selfKey: Uint8Array; readonly context: KeyringContext; readonly sealed: Uint8Array },
): Promise<Keyring> {
  const aad = encodeKeyringContext(options.context);
  const plaintext = await openWithNonce(engine, { key: options.selfKey, aad, sealed: options.sealed });
  const keyring = new Map<RoomId, readonly (readonly [number, EpochKey])[]>();
  const rooms = decodeCbor(plaintext, { sizeBytesMax: keyringSizeBytesMax }) as CborMap;
  if (typeof rooms !== 'object' || rooms === null || isBytes(rooms) || Array.isArray(rooms))
    throw new CryptoError('DECRYPT_FAILED');
  for (const [room, keys] of Object.entries(rooms)) {
    if (!isId('rom', room) || !Array.isArray(keys)) throw new CryptoError('DECRYPT_FAILED');
    keyring.set(room, keys.map(readKeyringEntry));
  }
  return keyring;
}

function readKeyringEntry(entry: CborValue): readonly [number, EpochKey] {
  const [epoch, key] = Array.isArray(entry) ? (entry as readonly CborValue[]) : [];
  if (typeof epoch !== 'number' || !isBytes(key) || key.length !== 32)
    throw new CryptoError('DECRYPT_FAILED');
  return [epoch, key];
}

function assertSecret(secret: Uint8Array): Uint8Array {
  if (secret.length !== 32) throw new CryptoError('DECRYPT_FAILED');
  return secret;
}
