/**
 * A generation's seed, boxed to each device and unlock of its person, and the seed before, sealed under it
 * (docs/spec/bytes.md section 4). What comes out of a box is believed only if its public half is the one that the person's own
 * statement names (attack A5).
 */
import {
  compareBytes,
  concatBytes,
  decodeCbor,
  encodeCbor,
  encodeUtf8,
  hashLabelled,
  IntegrityError,
  isBytes,
} from '@strongroom/core';
import type { DeviceId, Engine, PersonId, UnlockId } from '@strongroom/core';
import { deriveGenerationKeys } from './derivations.ts';

const boxInfo = encodeUtf8('sr1/identity/v1');
const previousInfo = encodeUtf8('sr1/generation/previous');
const nonceBytes = 12;

/** Who a box is for. */
export interface BoxRecipient {
  readonly id: DeviceId | UnlockId;
  readonly kem: Uint8Array;
}

/** `Hn("attachment", bytes)`, by which statements name attachments. */
export function hashAttachment(engine: Pick<Engine, 'sha256'>, bytes: Uint8Array): Uint8Array {
  return hashLabelled(engine, 'attachment', bytes);
}

/** The attachment that holds a generation's boxes, sorted by recipient. */
export async function sealGenerationBoxes(
  engine: Pick<Engine, 'hpkeSeal'>,
  options: {
    readonly person: PersonId;
    readonly generation: number;
    readonly seed: Uint8Array;
    readonly recipients: readonly BoxRecipient[];
  },
): Promise<Uint8Array> {
  const { person, generation, seed } = options;
  const recipients = [...options.recipients].sort((left, right) => (left.id < right.id ? -1 : 1));
  const boxes: (readonly [string, Uint8Array])[] = [];
  for (const { id, kem } of recipients) {
    const aad = encodeCbor([person, generation, id]);
    boxes.push([id, await engine.hpkeSeal({ publicKey: kem, info: boxInfo, aad, plaintext: seed })]);
  }
  return encodeCbor({ s: 1, p: person, g: generation, boxes });
}

/**
 * Opens the box of one recipient and compares its public half with the statement's.
 * @throws IntegrityError IDENTITY_REFUSED
 */
export async function openGenerationBox(
  engine: Pick<Engine, 'hpkeOpen' | 'hkdf' | 'hpkePublicKey'>,
  options: {
    readonly attachment: Uint8Array;
    readonly person: PersonId;
    readonly generation: number;
    readonly recipient: DeviceId | UnlockId;
    readonly kemSeed: Uint8Array;
    /** The generation's key as the statement names it. */
    readonly generationKem: Uint8Array;
  },
): Promise<Uint8Array> {
  const { person, generation, recipient } = options;
  try {
    const decoded = decodeCbor(options.attachment);
    const boxes = isMap(decoded) && decoded['p'] === person && decoded['g'] === generation ? decoded['boxes'] : undefined;
    const found = Array.isArray(boxes)
      ? boxes.find((row): row is readonly [string, Uint8Array] => Array.isArray(row) && row[0] === recipient && isBytes(row[1]))
      : undefined;
    if (found === undefined) throw new IntegrityError('IDENTITY_REFUSED');
    const seed = await engine.hpkeOpen({
      seed: options.kemSeed,
      info: boxInfo,
      aad: encodeCbor([person, generation, recipient]),
      sealed: found[1],
    });
    await assertGenerationSeed(engine, seed, options.generationKem);
    return seed;
  } catch (cause) {
    throw new IntegrityError('IDENTITY_REFUSED', { generation }, { cause });
  }
}

/** Refuses a seed whose public half is not the statement's. @throws IntegrityError IDENTITY_REFUSED */
export async function assertGenerationSeed(
  engine: Pick<Engine, 'hkdf' | 'hpkePublicKey'>,
  seed: Uint8Array,
  generationKem: Uint8Array,
): Promise<void> {
  if (seed.length !== 32) throw new IntegrityError('IDENTITY_REFUSED');
  const publicKey = await engine.hpkePublicKey(deriveGenerationKeys(engine, seed).kemSeed);
  if (compareBytes(publicKey, generationKem) !== 0) throw new IntegrityError('IDENTITY_REFUSED');
}

/** The seed of generation `generation - 1`, under that of `generation`. */
export async function sealPreviousGeneration(
  engine: Pick<Engine, 'hkdf' | 'randomBytes' | 'sealAesGcm'>,
  options: { readonly person: PersonId; readonly generation: number; readonly seed: Uint8Array; readonly previousSeed: Uint8Array },
): Promise<Uint8Array> {
  const nonce = engine.randomBytes(nonceBytes);
  const sealed = await engine.sealAesGcm({
    key: engine.hkdf('sha256', { ikm: options.seed, info: previousInfo, length: 32 }),
    nonce,
    aad: encodeCbor([options.person, options.generation - 1]),
    plaintext: options.previousSeed,
  });
  return concatBytes(nonce, sealed);
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isBytes(value);
}
