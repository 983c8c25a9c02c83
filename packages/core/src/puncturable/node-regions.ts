/**
 * Tree nodes with 32 bytes each, as in one `NodeTable`, but with a table for each region: a subtree of twelve levels
 * (depths 1 to 12, 13 to 24, 25 to 36, 37 to 48). What lies together in the tree lies together in memory, so that whoever
 * goes through a page reads a few hundred kilobytes; in one table of millions each node is a wait for the memory. What is
 * removed is overwritten with zeros.
 */
import { slotBits } from '../slots/index.ts';
import { NodeTable } from './node-table.ts';
import { depthOf, firstSlot } from './tree-nodes.ts';

const regionLevels = 12;
/** By depth, what scales a node to the uppermost one of its region: exact, and sooner there than a power at each question. */
const regionScales = Float64Array.from({ length: 54 }, (_, depth) =>
  depth === 0 ? 1 : 2 ** -((depth - 1) % regionLevels),
);

/** Depth of the uppermost node of a lowest region. */
export const lowestRegionDepth: number = slotBits - regionLevels + 1;
const lowestSlots = 2 ** (slotBits - lowestRegionDepth);
/** With fewer nodes than this it is sooner to look for each than to go through the slots of the region. */
const manyNodes = 128;
/** By slot of a region, the node that begins there, 0 for none, and its place in the table: room for one `visitLowest` to sort in. */
const nodesBySlot = new Float64Array(lowestSlots);
const placesBySlot = new Uint32Array(lowestSlots);

export class NodeRegions {
  /** By the heap number of the region's uppermost node on the way to the one asked for. */
  readonly #regions = new Map<number, NodeTable>();
  #size = 0;
  /** The region that was asked for last; 0 is none. */
  #lastId = 0;
  #lastTable: NodeTable | undefined;

  get size(): number {
    return this.#size;
  }

  /** Whoever knows the node's depth says it: that is sooner. */
  has(node: number, depth: number = depthOf(node)): boolean {
    return this.#find(regionOf(node, depth))?.has(node) === true;
  }

  /** Copies the value of a node to `out` and answers whether there is one. */
  read(node: number, out: Uint8Array, offset = 0, depth: number = depthOf(node)): boolean {
    return this.#find(regionOf(node, depth))?.read(node, out, offset) === true;
  }

  /**
   * Calls `visit` with each node of a lowest region, told by its uppermost one, in the order of slots; none of the nodes may
   * be above another. For a region of few nodes nothing is called and the answer is false.
   */
  visitLowest(top: number, visit: (node: number, table: NodeTable, place: number) => void): boolean {
    const table = this.#find(top);
    if (table === undefined || table.size < manyNodes) return false;
    const start = firstSlot(top, lowestRegionDepth);
    nodesBySlot.fill(0);
    table.forEach((node, place) => {
      const slot = firstSlot(node, depthOf(node)) - start;
      nodesBySlot[slot] = node;
      placesBySlot[slot] = place;
    });
    for (let slot = 0; slot < lowestSlots; slot++) {
      const node = nodesBySlot[slot] as number;
      if (node !== 0) visit(node, table, placesBySlot[slot] as number);
    }
    return true;
  }

  set(node: number, bytes: Uint8Array, offset = 0): void {
    const region = regionOf(node);
    let table = this.#find(region);
    if (table === undefined) {
      table = new NodeTable();
      this.#regions.set(region, table);
      this.#lastTable = table;
    }
    const before = table.size;
    table.set(node, bytes, offset);
    this.#size += table.size - before;
  }

  /** Removes a node and overwrites its value; answers whether there was one. */
  delete(node: number): boolean {
    const region = regionOf(node);
    const table = this.#find(region);
    if (table?.delete(node) !== true) return false;
    this.#size--;
    if (table.size === 0) {
      this.#regions.delete(region);
      this.#lastTable = undefined;
    }
    return true;
  }

  /** Overwrites and forgets everything. */
  clear(): void {
    for (const table of this.#regions.values()) table.clear();
    this.#regions.clear();
    this.#size = 0;
    this.#lastId = 0;
    this.#lastTable = undefined;
  }

  #find(region: number): NodeTable | undefined {
    if (region !== this.#lastId) {
      this.#lastTable = this.#regions.get(region);
      this.#lastId = region;
    }
    return this.#lastTable;
  }
}

/** The ancestor of a node, or the node itself, at the uppermost depth of its region; the root is a region of its own. */
function regionOf(node: number, depth = depthOf(node)): number {
  return Math.floor(node * (regionScales[depth] as number));
}
