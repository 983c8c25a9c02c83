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
  encodeU64,
} from '../bytes/index.ts';
import { InputError, assert } from '../errors/index.ts';
import { slotBits, slotLimit } from '../slots/index.ts';
import type { NodeRegions } from './node-regions.ts';
import { depthOf, firstSlot } from './tree-nodes.ts';
import { pageSeedsMax } from './tree-pages.ts';

/** A seed and the heap number of its node. */
export type PageSeed = { readonly node: number; readonly seed: Uint8Array };

const magic = Uint8Array.of(0x53, 0x52, 0x54, 0x31); // "SRT1"
const frontSize = 14;
const headSize = 7;
const entrySize = 39;

/** Bytes of the largest page. */
export const pageBytesMax: number = frontSize + pageSeedsMax * entrySize;

/** Puts the seeds of one page, in the order of slots, straight to their places: a page is written often, and large. */
export class PageWriter {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #offset = frontSize;

  /** The page is written to the front of `room` where that is given. */
  constructor(page: number, count: number, room?: Uint8Array) {
    const size = frontSize + count * entrySize;
    this.#bytes = room === undefined ? new Uint8Array(size) : room.subarray(0, size);
    assert(this.#bytes.length === size, 'a room holds the largest page');
    this.#view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset, size);
    this.#bytes.set(concatBytes(magic, encodeU64(page), encodeU16(count)));
  }

  /** Adds the next seed if `seeds` holds one for the node. */
  add(node: number, depth: number, seeds: NodeRegions): void {
    const [bytes, offset] = [this.#bytes, this.#offset];
    if (offset === bytes.length) {
      assert(!seeds.has(node), 'a page has the seeds that were counted');
      return;
    }
    if (seeds.read(node, bytes, offset + headSize, depth)) this.#writeHead(node, depth);
  }

  /** Adds all seeds below the uppermost node of a lowest region; answers false if they are to be added one by one. */
  addLowest(top: number, seeds: NodeRegions): boolean {
    return seeds.visitLowest(top, (node, table, place) => {
      assert(this.#offset < this.#bytes.length, 'a page has the seeds that were counted');
      table.copyFrom(place, this.#view, this.#offset + headSize);
      this.#writeHead(node, depthOf(node));
    });
  }

  /** The page. */
  finish(): Uint8Array {
    assert(this.#offset === this.#bytes.length, 'a page has the seeds that were counted');
    return this.#bytes;
  }

  #writeHead(node: number, depth: number): void {
    const [offset, first] = [this.#offset, firstSlot(node, depth)];
    this.#bytes[offset] = depth;
    this.#view.setUint16(offset + 1, Math.floor(first / 2 ** 32));
    this.#view.setUint32(offset + 3, first % 2 ** 32);
    this.#offset += entrySize;
  }
}

/** @throws InputError FORMAT_INVALID for a page that `PageWriter` would not have written */
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
    seeds.push({
      node: (first + slotLimit) / size,
      seed: bytes.slice(offset + headSize, offset + entrySize),
    });
  }
  return seeds;
}

function refuse(): never {
  throw new InputError('FORMAT_INVALID', { format: 'tree-page' });
}
