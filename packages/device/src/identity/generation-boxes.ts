/**
 * A generation's boxes for devices and unlocks, in one attachment (docs/spec/bytes.md section 4). What comes out of a box is believed
 * only if its public half is the one that the person's own statement names (attack A5).
 */
import {
  compareBytes,
  decodeCbor,
  deriveGenerationKeys,
  encodeCbor,
  hashLabelled,
  IntegrityError,
  isBytes,
  openGenerationBox,
  sealGenerationBox,
} from '@strongroom/core';
import type { DeviceId, Engine, PersonId, UnlockId } from '@strongroom/core';

/** Who a box is for. */
export interface BoxRecipient {
  readonly id: DeviceId | UnlockId;
  readonly kem: Uint8Array;
}

/** `Hn("attachment", bytes)`, by which statements name attachments. */
export function hashAttachment(engine: Pick<Engine, 'sha256'>, bytes: Uint8Array): Uint8Array {
  return hashLabelled(engine, 'attachment', bytes);
}

/** The attachment with a generation's boxes, sorted by recipient. */
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
  const boxes: (readonly [string, Uint8Array])[] = [];
  for (const { id, kem } of [...options.recipients].sort((left, right) => (left.id < right.id ? -1 : 1))) {
    const context = { person, generation, recipient: id };
    boxes.push([id, await sealGenerationBox(engine, { publicKey: kem, context, genSeed: seed })]);
  }
  return encodeCbor({ s: 1, p: person, g: generation, boxes });
}

/**
 * Opens the box of one recipient and compares its public half with the statement's.
 * @throws IntegrityError IDENTITY_REFUSED
 */
export async function openOwnGeneration(
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
    const box = findBox(decodeCbor(options.attachment), { person, generation, recipient });
    if (box === undefined) throw new IntegrityError('IDENTITY_REFUSED');
    const seed = await openGenerationBox(engine, {
      seed: options.kemSeed,
      context: { person, generation, recipient },
      box,
    });
    const publicKey = await engine.hpkePublicKey(deriveGenerationKeys(engine, seed).kemSeed);
    if (compareBytes(publicKey, options.generationKem) !== 0) throw new IntegrityError('IDENTITY_REFUSED');
    return seed;
  } catch (cause) {
    throw new IntegrityError('IDENTITY_REFUSED', { generation }, { cause });
  }
}

function findBox(
  value: unknown,
  wanted: { readonly person: PersonId; readonly generation: number; readonly recipient: string },
): Uint8Array | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || isBytes(value)) return undefined;
  const { s, p, g, boxes } = value as Readonly<Record<string, unknown>>;
  if (s !== 1 || p !== wanted.person || g !== wanted.generation || !Array.isArray(boxes)) return undefined;
  for (const row of boxes as readonly unknown[]) {
    if (Array.isArray(row) && row[0] === wanted.recipient && isBytes(row[1])) return row[1];
  }
  return undefined;
}
