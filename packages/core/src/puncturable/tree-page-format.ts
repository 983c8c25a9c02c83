/**
 * The bytes of one page of seeds: `"SRT1" ‖ u64 page ‖ u16 count ‖ count × (u8 depth ‖ u48 first slot ‖ seed 32)`, in the
 * order of slots.
 */
import {
  assertBytes,
  compareBytes,
  concatBytes,
  decodeU16,
  decodeU48,
  decodeU64,
  decodeU8,
  encodeU16,
  encodeU48,
  encodeU64,
} from '../bytes/index.ts';
import { InputError } from '../errors/index.ts';
import { slotBits, slotLimit } from '../slots/index.ts';
import { pageSeedsMax } from './tree-pages.ts';

/** A seed and the heap number of its node. */
export type PageSeed = { readonly node: number; readonly seed: Uint8Array };

const magic = Uint8Array.of(0x53, 0x52, 0x54, 0x31); // "SRT1"
const frontSize = 14;
const entrySize = 39;

export function encodePage(page: number, seeds: readonly PageSeed[]): Uint8Array {
  const bytes = new Uint8Array(frontSize + seeds.length * entrySize);
  bytes.set(concatBytes(magic, encodeU64(page), encodeU16(seeds.length)));
  for (const [index, { node, seed }] of seeds.entries()) {
    const offset = frontSize + index * entrySize;
    const depth = depthOf(node);
    bytes[offset] = depth;
    bytes.set(encodeU48(node * 2 ** (slotBits - depth) - slotLimit), offset + 1);
    bytes.set(seed, offset + 7);
  }
  return bytes;
}

/** @throws InputError FORMAT_INVALID for a page that `encodePage` would not have written */
export function decodePage(page: number, bytes: Uint8Array): readonly PageSeed[] {
  assertBytes(bytes, 'page');
  if (
    bytes.length < frontSize ||
    compareBytes(bytes.subarray(0, 4), magic) !== 0 ||
    decodeU64(bytes, 4) !== page ||
    page < 1
  )
    refuse();
  const count = decodeU16(bytes, 12);
  if (count < 1 || count > pageSeedsMax || bytes.length !== frontSize + count * entrySize) refuse();
  const pageDepth = depthOf(page);
  const seeds: PageSeed[] = [];
  let next = page * 2 ** (slotBits - pageDepth) - slotLimit;
  const end = next + 2 ** (slotBits - pageDepth);
  for (let index = 0; index < count; index++) {
    const offset = frontSize + index * entrySize;
    const depth = decodeU8(bytes, offset);
    const first = decodeU48(bytes, offset + 1);
    if (depth > slotBits || depth < pageDepth) refuse();
    const size = 2 ** (slotBits - depth);
    if (first < next || first % size !== 0 || first + size > end) refuse();
    next = first + size;
    seeds.push({ node: (first + slotLimit) / size, seed: bytes.slice(offset + 7, offset + entrySize) });
  }
  return seeds;
}

function refuse(): never {
  throw new InputError('FORMAT_INVALID', { format: 'tree-page' });
}

/** The depth of a heap number below 2^49. */
function depthOf(node: number): number {
  let depth = 0;
  for (let limit = 2; limit <= node; limit *= 2) depth++;
  return depth;
}
