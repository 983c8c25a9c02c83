/**
 * Epoch keys in transit (docs/spec/bytes.md section 5): a box for each recipient in one attachment. A key is believed only under its
 * commitment in the room's chain (attack F5).
 */
import {
  commitEpochKey,
  decodeCbor,
  encodeCbor,
  IntegrityError,
  isBytes,
  isEqualConstantTime,
  openEpochBox,
  sealEpochBox,
  StrongroomError,
} from '@strongroom/core';
import type { Engine, EpochKey, EpochRecipient, PersonId, RoomId, VaultId } from '@strongroom/core';

/** One sealed epoch key to make. */
export interface EpochBox {
  readonly n: number;
  readonly key: EpochKey;
  readonly kem: Uint8Array;
  readonly recipient: EpochRecipient;
}

type BoxRow = readonly [n: number, recipient: string, generation: number, box: Uint8Array];

const sizeBytesMax = 4_194_304;

/** Refuses a key that is not the one committed to. @throws IntegrityError EPOCH_KEY_REFUSED */
export function assertEpochKey(
  engine: Pick<Engine, 'hmac'>,
  options: {
    readonly vault: VaultId;
    readonly room: RoomId;
    readonly n: number;
    readonly key: EpochKey;
    readonly commitment: Uint8Array | undefined;
  },
): void {
  const { vault, room, n, key, commitment } = options;
  const isRight =
    key.length === 32 &&
    commitment !== undefined &&
    isEqualConstantTime(commitEpochKey(engine, { vault, room, epoch: n }, key), commitment);
  if (!isRight) throw new IntegrityError('EPOCH_KEY_REFUSED', { room, epoch: n });
}

/** The attachment with a box for each, sorted by epoch, then recipient. */
export async function sealEpochBundle(
  engine: Pick<Engine, 'hpkeSeal'>,
  options: { readonly vault: VaultId; readonly room: RoomId; readonly boxes: readonly EpochBox[] },
): Promise<Uint8Array> {
  const { vault, room } = options;
  const rows: BoxRow[] = [];
  for (const { n, key, kem, recipient } of options.boxes) {
    const box = await sealEpochBox(engine, {
      publicKey: kem,
      context: { vault, room, epoch: n },
      recipient,
      epochKey: key,
    });
    rows.push(
      'firm' in recipient ? [n, 'recovery', 0, box] : [n, recipient.person, recipient.generation, box],
    );
  }
  rows.sort((left, right) => left[0] - right[0] || (left[1] < right[1] ? -1 : 1));
  return encodeCbor({ s: 1, v: vault, m: room, boxes: rows }, { sizeBytesMax });
}

/**
 * Opens one person's box of one epoch, under the commitment of the chain; undefined where the bundle has none for him.
 * @throws IntegrityError EPOCH_KEY_REFUSED for a bundle of another room, a box that does not open, or another key
 */
export async function openEpochBundle(
  engine: Pick<Engine, 'hpkeOpen' | 'hmac'>,
  options: {
    readonly bundle: Uint8Array;
    readonly vault: VaultId;
    readonly room: RoomId;
    readonly n: number;
    readonly person: PersonId;
    readonly commitment: Uint8Array;
    /** The KEM seed of one of the person's generations. */
    readonly kemSeedOf: (generation: number) => Uint8Array | undefined;
  },
): Promise<EpochKey | undefined> {
  const { vault, room, n, person, commitment } = options;
  try {
    const decoded = decodeCbor(options.bundle, { sizeBytesMax }) as Readonly<Record<string, unknown>>;
    if (
      decoded['s'] !== 1 ||
      decoded['v'] !== vault ||
      decoded['m'] !== room ||
      !Array.isArray(decoded['boxes'])
    ) {
      throw new IntegrityError('EPOCH_KEY_REFUSED', { room, epoch: n });
    }
    for (const row of decoded['boxes'] as readonly unknown[]) {
      if (!Array.isArray(row) || row[0] !== n || row[1] !== person) continue;
      const generation: unknown = row[2];
      const box: unknown = row[3];
      const kemSeed = typeof generation === 'number' ? options.kemSeedOf(generation) : undefined;
      if (kemSeed === undefined || !isBytes(box)) continue;
      return await openEpochBox(engine, {
        kemSeed,
        context: { vault, room, epoch: n },
        recipient: { person, generation: generation as number },
        commitment,
        box,
      });
    }
    return undefined;
  } catch (cause) {
    if (cause instanceof StrongroomError)
      throw new IntegrityError('EPOCH_KEY_REFUSED', { room, epoch: n }, { cause });
    throw cause;
  }
}
