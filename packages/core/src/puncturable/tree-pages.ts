/**
 * How the seeds of the tree lie in pages, so that a puncture rewrites few of them. A page is a subtree with at most 4,096
 * seeds whose parent has more: a function of the set of seeds alone, so that equal trees have equal pages. A page is named
 * by the heap number of its subtree.
 */

/** Most seeds in a page. */
export const pageSeedsMax = 4096;

type Page = { count: number };

/** What happened to pages since they were last asked for. */
export type PageChanges = { readonly written: readonly number[]; readonly removed: readonly number[] };

/** Answers how a node stands: a seed, an inner node with seeds below, or neither. */
export type NodeKind = 'seed' | 'inner' | 'dead';

export class TreePages {
  readonly #kindOf: (node: number) => NodeKind;
  readonly #readIn: (page: number) => void;
  readonly #pages = new Map<number, Page>();
  readonly #stored = new Set<number>();
  #touched = new Set<number>();

  /** `readIn` is called with a stored page whose seeds are about to lie in another one. */
  constructor(kindOf: (node: number) => NodeKind, readIn: (page: number) => void) {
    this.#kindOf = kindOf;
    this.#readIn = readIn;
  }

  /** Seeds of a page, undefined where none begins. */
  countOf(page: number): number | undefined {
    return this.#pages.get(page)?.count;
  }

  /** Takes pages over as they are stored. */
  adopt(stored: readonly { readonly page: number; readonly count: number }[]): void {
    for (const { page, count } of stored) this.#pages.set(page, { count });
    this.markStored();
  }

  /** Whether a page begins at this node. */
  has(node: number): boolean {
    return this.#pages.has(node);
  }

  /** All pages, in no particular order. */
  ids(): number[] {
    return [...this.#pages.keys()];
  }

  /** Notes that seeds were added (positive) or removed within a page. Page 0 is none: nothing is counted. */
  add(page: number, seeds: number): void {
    const entry = this.#pages.get(page);
    if (entry === undefined) return;
    entry.count += seeds;
    this.#touched.add(page);
  }

  /** Lays all seeds below the root out anew. */
  rebuild(): void {
    for (const page of this.#pages.keys()) this.#touched.add(page);
    this.#pages.clear();
    const count = this.#split(1);
    if (count > 0 && count <= pageSeedsMax) this.#create(1, count);
  }

  /** After a change of seeds: splits what became too large, joins what became small. */
  settle(): void {
    for (const page of this.#touched) {
      const entry = this.#pages.get(page);
      if (entry === undefined) continue;
      if (entry.count > pageSeedsMax) {
        this.#pages.delete(page);
        this.#split(page);
      } else {
        this.#join(page, entry.count);
      }
    }
  }

  /** Pages to write and to remove since the last call. */
  takeChanges(): PageChanges {
    const written: number[] = [];
    const removed: number[] = [];
    for (const page of this.#touched) {
      if (this.#pages.has(page)) {
        written.push(page);
        this.#stored.add(page);
      } else if (this.#stored.delete(page)) {
        removed.push(page);
      }
    }
    this.#touched = new Set();
    const byNumber = (left: number, right: number): number => left - right;
    return { written: written.toSorted(byNumber), removed: removed.toSorted(byNumber) };
  }

  /** Everything is stored as it is now: after loading. */
  markStored(): void {
    this.#touched = new Set();
    for (const page of this.#pages.keys()) this.#stored.add(page);
  }

  #create(node: number, count: number): void {
    this.#pages.set(node, { count });
    this.#touched.add(node);
  }

  /** Makes the pages below a node that has too many seeds for one, in one pass from below; answers its count. */
  #split(node: number): number {
    const kind = this.#kindOf(node);
    if (kind === 'dead') return 0;
    if (kind === 'seed') return 1;
    const left = this.#split(node * 2);
    const right = this.#split(node * 2 + 1);
    if (left + right > pageSeedsMax) {
      if (left > 0 && left <= pageSeedsMax) this.#create(node * 2, left);
      if (right > 0 && right <= pageSeedsMax) this.#create(node * 2 + 1, right);
    }
    return left + right;
  }

  /** Joins a page with its sibling as long as both fit into one; an empty page goes. */
  #join(page: number, count: number): void {
    let node = page;
    let total = count;
    while (node > 1) {
      const sibling = node % 2 === 0 ? node + 1 : node - 1;
      const entry = this.#pages.get(sibling);
      if (entry === undefined && this.#kindOf(sibling) !== 'dead') break;
      const joined = total + (entry?.count ?? 0);
      if (joined > pageSeedsMax) break;
      if (entry !== undefined) this.#readIn(sibling);
      this.#remove(node);
      this.#remove(sibling);
      node = Math.floor(node / 2);
      total = joined;
      if (total > 0) this.#create(node, total);
    }
    if (total === 0) this.#remove(node);
  }

  #remove(node: number): void {
    if (this.#pages.delete(node)) this.#touched.add(node);
  }
}
