/**
 * The RFC 6962 tree over the stored bytes of a version: leaf 0 the card, leaf 1 the FLOE header, then the segments
 * (docs/spec/bytes.md section 6). Leaf hashes travel beside the header; a segment is checked against them before it is
 * decrypted, so that a range can be read alone.
 */
import { assertBytes, isEqualConstantTime } from '../bytes/index.ts';
import type { Engine } from '../engine/index.ts';
import { InputError, IntegrityError } from '../errors/index.ts';

const leafPrefix = Uint8Array.of(0);
const nodePrefix = Uint8Array.of(1);
/** A card, a FLOE header and the segments of 16 GiB. */
const leavesMax = 65_600;

/** Hash of one leaf: a stored card, FLOE header or segment. */
export function hashSegmentLeaf(engine: Pick<Engine, 'sha256'>, stored: Uint8Array): Uint8Array {
  assertBytes(stored, 'stored');
  return engine.sha256(leafPrefix, stored);
}

/** The same hash off the thread, where the engine can. */
export async function hashSegmentLeafAsync(
  engine: Pick<Engine, 'sha256Async'>,
  stored: Uint8Array,
): Promise<Uint8Array> {
  assertBytes(stored, 'stored');
  return await engine.sha256Async(leafPrefix, stored);
}

/** Root over leaf hashes, in order. @throws InputError INPUT_INVALID for none, too many, or a hash that is not 32 bytes */
export function hashSegmentTree(engine: Pick<Engine, 'sha256'>, leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 0 || leaves.length > leavesMax)
    throw new InputError('INPUT_INVALID', { name: 'leaves' });
  for (const leaf of leaves) assertBytes(leaf, 'leaf', 32);
  // Pairing level by level and carrying an odd node up gives RFC 6962's tree.
  let level = leaves;
  while (level.length > 1) {
    const above: Uint8Array[] = [];
    for (let index = 0; index < level.length; index += 2) {
      const left = level[index] as Uint8Array;
      const right = level[index + 1];
      above.push(right === undefined ? left : engine.sha256(nodePrefix, left, right));
    }
    level = above;
  }
  return (level[0] as Uint8Array).slice();
}

/** Refuses leaf hashes that are not those of the signed root. @throws IntegrityError PROOF_INVALID */
export function assertSegmentTree(
  engine: Pick<Engine, 'sha256'>,
  leaves: readonly Uint8Array[],
  root: Uint8Array,
): void {
  if (!isEqualConstantTime(hashSegmentTree(engine, leaves), root))
    throw new IntegrityError('PROOF_INVALID', { name: 'segments' });
}

/** Refuses stored bytes that are not those of their leaf. @throws IntegrityError PROOF_INVALID */
export function assertSegmentLeaf(
  engine: Pick<Engine, 'sha256'>,
  stored: Uint8Array,
  leaf: Uint8Array,
): void {
  if (!isEqualConstantTime(hashSegmentLeaf(engine, stored), leaf))
    throw new IntegrityError('PROOF_INVALID', { name: 'segment' });
}
