/**
 * Epoch keys in transit (docs/spec/bytes.md section 5): the commitment in the statement, a box for each recipient in an
 * attachment. A key is believed only under its commitment in the room's chain (attack F5).
 */
import {
  concatBytes,
  decodeCbor,
  encodeCbor,
  encodeUtf8,
  IntegrityError,
  isBytes,
  isEqualConstantTime,
  StrongroomError,
} from '@strongroom/core';
import type { Engine, EpochKey, FirmId, PersonId, RoomId, VaultId } from '@strongroom/core';

/** One sealed epoch key to make. */
export interface EpochBox {
  readonly n: number;
  readonly key: EpochKey;
  readonly recipient:
    | { readonly person: PersonId; readonly generation: number; readonly kem: Uint8Array }
    | { readonly recovery: FirmId; readonly kem: Uint8Array };
}

type BoxRow = readonly [n: number, recipient: string, generation: number, box: Uint8Array];

const boxInfo = encodeUtf8('sr1/epoch/v1');
const sizeBytesMax = 4_194_304;

/** The commitment to an epoch key. */
export function commitEpoch(
  engine: Pick<Engine, 'hmac'>,
  options: { readonly vault: VaultId; readonly room: RoomId; readonly n: number; readonly key: EpochKey },
): Uint8Array {
  const { vault, room, n, key } = options;
  return engine.hmac('sha256', key, concatBytes(encodeUtf8('sr1/epoch/commit'), encodeCbor([vault, room, n])));
}

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
  const { commitment } = options;
  const isRight =
    options.key.length === 32 && commitment !== undefined && isEqualConstantTime(commitEpoch(engine, options), commitment);
  if (!isRight) throw new IntegrityError('EPOCH_KEY_REFUSED', { room: options.room, epoch: options.n });
}

/** The attachment with a box for each, sorted by epoch, then recipient. */
export async function sealEpochBundle(
  engine: Pick<Engine, 'hpkeSeal'>,
  options: { readonly vault: VaultId; readonly room: RoomId; readonly boxes: readonly EpochBox[] },
): Promise<Uint8Array> {
  const { vault, room } = options;
  const rows: BoxRow[] = [];
  for (const { n, key, recipient } of options.boxes) {
    const isPerson = 'person' in recipient;
    const aad = isPerson
      ? encodeCbor([vault, room, n, recipient.person, recipient.generation])
      : encodeCbor([vault, room, n, 'recovery', recipient.recovery]);
    const box = await engine.hpkeSeal({ publicKey: recipient.kem, info: boxInfo, aad, plaintext: key });
    rows.push([n, isPerson ? recipient.person : 'recovery', isPerson ? recipient.generation : 0, box]);
  }
  rows.sort((left, right) => left[0] - right[0] || (left[1] < right[1] ? -1 : 1));
  return encodeCbor({ s: 1, v: vault, m: room, boxes: rows }, { sizeBytesMax });
}

/**
 * Opens one person's box of one epoch; undefined where the bundle has none for him. The caller compares the commitment.
 * @throws IntegrityError EPOCH_KEY_REFUSED for a bundle of another room, or a box that does not open
 */
export async function openEpochBox(
  engine: Pick<Engine, 'hpkeOpen'>,
  options: {
    readonly bundle: Uint8Array;
    readonly vault: VaultId;
    readonly room: RoomId;
    readonly n: number;
    readonly person: PersonId;
    /** The KEM seed of one of the person's generations. */
    readonly kemSeedOf: (generation: number) => Uint8Array | undefined;
  },
): Promise<EpochKey | undefined> {
  const { vault, room, n, person } = options;
  try {
    const decoded = decodeCbor(options.bundle, { sizeBytesMax }) as Readonly<Record<string, unknown>>;
    if (decoded['s'] !== 1 || decoded['v'] !== vault || decoded['m'] !== room || !Array.isArray(decoded['boxes'])) {
      throw new IntegrityError('EPOCH_KEY_REFUSED', { room, epoch: n });
    }
    for (const row of decoded['boxes'] as readonly unknown[]) {
      if (!Array.isArray(row) || row[0] !== n || row[1] !== person) continue;
      const generation: unknown = row[2];
      const box: unknown = row[3];
      const seed = typeof generation === 'number' ? options.kemSeedOf(generation) : undefined;
      if (seed === undefined || !isBytes(box)) continue;
      const aad = encodeCbor([vault, room, n, person, generation as number]);
      return await engine.hpkeOpen({ seed, info: boxInfo, aad, sealed: box });
    }
    return undefined;
  } catch (cause) {
    if (cause instanceof StrongroomError) throw new IntegrityError('EPOCH_KEY_REFUSED', { room, epoch: n }, { cause });
    throw cause;
  }
}
