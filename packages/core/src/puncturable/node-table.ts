/**
 * Tree nodes with 32 bytes each, in flat arrays: millions of nodes without millions of objects, and bytes that can be
 * overwritten. A node is its heap number (root 1, children 2n and 2n + 1). Linear probing; deletion closes the gap, so
 * that no old value stays behind: what is removed is overwritten with zeros.
 */
import { assert } from '../errors/index.ts';

const valueSize = 32;
const wordsPerValue = valueSize / 4;
/** How this machine lays out the bytes of a word: what is read as a word is written as one. */
const isLittleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;
const capacityMin = 16;
const high = 4_294_967_296;

export class NodeTable {
  #capacity = capacityMin;
  #size = 0;
  #highs: Uint32Array = new Uint32Array(capacityMin);
  #lows: Uint32Array = new Uint32Array(capacityMin);
  #values: Uint8Array = new Uint8Array(capacityMin * valueSize);
  /** The same memory as `#values`. */
  #words: Uint32Array = new Uint32Array(this.#values.buffer);

  get size(): number {
    return this.#size;
  }

  has(node: number): boolean {
    return this.#find(node) >= 0;
  }

  /** Copies the value of a node to `out` and answers whether there is one. */
  read(node: number, out: Uint8Array, offset = 0): boolean {
    const place = this.#find(node);
    if (place < 0) return false;
    for (let index = 0; index < valueSize; index++)
      out[offset + index] = this.#values[place * valueSize + index] as number;
    return true;
  }

  /** Calls with each node and its place, in no particular order; a place is good until the next change. */
  forEach(visit: (node: number, place: number) => void): void {
    for (let place = 0; place < this.#capacity; place++)
      if (this.#isTaken(place))
        visit((this.#highs[place] as number) * high + (this.#lows[place] as number), place);
  }

  /** Copies the value at a place that `forEach` told to `out`: four bytes at a time, for whoever copies thousands. */
  copyFrom(place: number, out: DataView, offset: number): void {
    for (let index = 0; index < wordsPerValue; index++)
      out.setUint32(offset + index * 4, this.#words[place * wordsPerValue + index] as number, isLittleEndian);
  }

  set(node: number, bytes: Uint8Array, offset = 0): void {
    assert(offset + valueSize <= bytes.length, 'a value has 32 bytes');
    let place = this.#find(node);
    if (place < 0) {
      if ((this.#size + 1) * 10 > this.#capacity * 6) this.#grow();
      place = this.#claim(node);
      this.#size++;
    }
    for (let index = 0; index < valueSize; index++)
      this.#values[place * valueSize + index] = bytes[offset + index] as number;
  }

  /** Removes a node and overwrites its value; answers whether there was one. */
  delete(node: number): boolean {
    let gap = this.#find(node);
    if (gap < 0) return false;
    const mask = this.#capacity - 1;
    let next = (gap + 1) & mask;
    while (this.#isTaken(next)) {
      const home = this.#home(this.#highs[next] as number, this.#lows[next] as number);
      // The entry may fill the gap if its home does not lie between the gap and itself.
      if (((next - home) & mask) >= ((next - gap) & mask)) {
        this.#highs[gap] = this.#highs[next] as number;
        this.#lows[gap] = this.#lows[next] as number;
        this.#values.copyWithin(gap * valueSize, next * valueSize, (next + 1) * valueSize);
        gap = next;
      }
      next = (next + 1) & mask;
    }
    this.#highs[gap] = 0;
    this.#lows[gap] = 0;
    this.#values.fill(0, gap * valueSize, (gap + 1) * valueSize);
    this.#size--;
    return true;
  }

  /** Overwrites and forgets everything. */
  clear(): void {
    this.#values.fill(0);
    this.#capacity = capacityMin;
    this.#size = 0;
    this.#highs = new Uint32Array(capacityMin);
    this.#lows = new Uint32Array(capacityMin);
    this.#values = new Uint8Array(capacityMin * valueSize);
    this.#words = new Uint32Array(this.#values.buffer);
  }

  #isTaken(place: number): boolean {
    return this.#lows[place] !== 0 || this.#highs[place] !== 0;
  }

  /** Siblings begin beside each other: whoever asks for one asks for the other. */
  #home(nodeHigh: number, nodeLow: number): number {
    let mixed = Math.imul(nodeLow >>> 1, 0x9e3779b1) ^ Math.imul(nodeHigh, 0x85ebca77);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
    return (((mixed ^ (mixed >>> 13)) << 1) | (nodeLow & 1)) & (this.#capacity - 1);
  }

  #find(node: number): number {
    const nodeHigh = Math.floor(node / high);
    const nodeLow = node >>> 0;
    const mask = this.#capacity - 1;
    for (let place = this.#home(nodeHigh, nodeLow); ; place = (place + 1) & mask) {
      const placeLow = this.#lows[place] as number;
      const placeHigh = this.#highs[place] as number;
      if (placeLow === nodeLow && placeHigh === nodeHigh) return place;
      if (placeLow === 0 && placeHigh === 0) return -1;
    }
  }

  #claim(node: number): number {
    const nodeHigh = Math.floor(node / high);
    const nodeLow = node >>> 0;
    let place = this.#home(nodeHigh, nodeLow);
    while (this.#isTaken(place)) place = (place + 1) & (this.#capacity - 1);
    this.#highs[place] = nodeHigh;
    this.#lows[place] = nodeLow;
    return place;
  }

  #grow(): void {
    const [highs, lows, values] = [this.#highs, this.#lows, this.#values];
    this.#capacity *= 2;
    this.#highs = new Uint32Array(this.#capacity);
    this.#lows = new Uint32Array(this.#capacity);
    this.#values = new Uint8Array(this.#capacity * valueSize);
    this.#words = new Uint32Array(this.#values.buffer);
    for (let old = 0; old < highs.length; old++) {
      const node = (highs[old] as number) * high + (lows[old] as number);
      if (node === 0) continue;
      this.#values.set(
        values.subarray(old * valueSize, (old + 1) * valueSize),
        this.#claim(node) * valueSize,
      );
    }
    values.fill(0);
  }
}
