/**
 * Pages of a stored tree that nobody has come to since it was opened: of each only what the caller stored beside it is known,
 * the number of its seeds and its commitment.
 */
import { InputError } from '../errors/index.ts';
import { slotLimit } from '../slots/index.ts';
import { pageSeedsMax } from './tree-pages.ts';

/** What is known of a stored page without reading it. */
export type StoredPage = {
  readonly page: number;
  readonly count: number;
  readonly commitment: Uint8Array;
};

/** Answers the bytes of a stored page; they are overwritten. */
export type ReadPage = (page: number) => Uint8Array;

export class UnreadPages {
  readonly #readPage: ReadPage;
  readonly #pages = new Map<number, StoredPage>();
  #seedCount = 0;

  constructor(readPage: ReadPage) {
    this.#readPage = readPage;
  }

  get size(): number {
    return this.#pages.size;
  }

  /** Seeds in all of them. */
  get seedCount(): number {
    return this.#seedCount;
  }

  get(node: number): StoredPage | undefined {
    return this.#pages.size === 0 ? undefined : this.#pages.get(node);
  }

  /** One of them, another one each time. */
  next(): number | undefined {
    const stored = this.#pages.values().next().value;
    if (stored === undefined) return undefined;
    this.#pages.delete(stored.page);
    this.#pages.set(stored.page, stored);
    return stored.page;
  }

  numbers(): number[] {
    return [...this.#pages.keys()];
  }

  /** @throws InputError FORMAT_INVALID for what no tree has */
  put(stored: StoredPage): void {
    const { page, count, commitment } = stored;
    const isPage = Number.isSafeInteger(page) && page >= 1 && page < 2 * slotLimit;
    const isCount = Number.isSafeInteger(count) && count >= 1 && count <= pageSeedsMax;
    if (!isPage || !isCount || commitment.length !== 32 || this.#pages.has(page)) refuseTree();
    this.#pages.set(page, stored);
    this.#seedCount += count;
  }

  remove({ page, count }: StoredPage): void {
    if (this.#pages.delete(page)) this.#seedCount -= count;
  }

  /** The bytes of one, for whoever overwrites them. */
  readBytes(page: number): Uint8Array {
    return this.#readPage(page);
  }

  /**
   * Seeds below a node, all pages being unread: none may fit into one page with its sibling.
   * @throws InputError FORMAT_INVALID
   */
  countBelow(node: number, isInner: (node: number) => boolean): number {
    const own = this.#pages.get(node)?.count;
    if (own !== undefined) return own;
    if (!isInner(node)) return 0;
    const children = [node * 2, node * 2 + 1];
    const count = children.reduce((sum, child) => sum + this.countBelow(child, isInner), 0);
    if (count <= pageSeedsMax && children.some((child) => this.#pages.has(child))) refuseTree();
    return count;
  }

  clear(): void {
    this.#pages.clear();
    this.#seedCount = 0;
  }
}

/** Refuses what no tree would have written. */
export function refuseTree(): never {
  throw new InputError('FORMAT_INVALID', { format: 'tree' });
}
