/** The puncturable tree of one vault with the files and keys of its pages. A page is never written twice under one key. */
import { InputError, IntegrityError, PuncturableTree } from '@strongroom/core';
import type { LeafKey, TreeEngine } from '@strongroom/core';
import type { PageKey } from '../storage/sealed-state.ts';

/** Slots from `first` to `last`, both included. */
export type SlotRange = { readonly first: number; readonly last: number };

/** A page as the root names it: number in the tree, file, key. */
export type TreePage = readonly [page: number, name: string, key: Uint8Array];

/** What a change of the tree makes of its page files. */
export type PageChange = {
  readonly written: readonly { readonly page: PageKey; readonly bytes: Uint8Array }[];
  readonly gone: readonly string[];
};

export class VaultTree {
  readonly #tree: PuncturableTree;
  readonly #pages = new Map<number, PageKey>();

  private constructor(tree: PuncturableTree) {
    this.#tree = tree;
  }

  /** A new tree in which every slot lives; its pages are written by `takeChange`. */
  static create(engine: TreeEngine): VaultTree {
    return new VaultTree(PuncturableTree.create(engine));
  }

  /** The tree of stored pages; their bytes are overwritten. @throws IntegrityError WARDEN_STATE_CORRUPT */
  static open(
    engine: TreeEngine,
    stored: readonly { readonly number: number; readonly page: PageKey; readonly bytes: Uint8Array }[],
  ): VaultTree {
    try {
      const bytes = new Map(stored.map((page) => [page.number, page.bytes]));
      const tree = new VaultTree(PuncturableTree.load(engine, bytes));
      for (const { number, page } of stored) tree.#pages.set(number, page);
      return tree;
    } catch (cause) {
      if (!(cause instanceof InputError)) throw cause;
      throw new IntegrityError('WARDEN_STATE_CORRUPT', { file: 'page' }, { cause });
    } finally {
      for (const { bytes } of stored) bytes.fill(0);
    }
  }

  /** The tree of another warden's pages, whose bytes are overwritten; every page is to be written here. @throws InputError FORMAT_INVALID */
  static adopt(
    engine: TreeEngine,
    pages: ReadonlyMap<number, Uint8Array>,
    newPageKey: () => PageKey,
  ): { readonly tree: VaultTree; readonly change: PageChange } {
    const tree = new VaultTree(PuncturableTree.load(engine, pages));
    const written = tree.#tree.pageIds().map((number) => {
      const page = newPageKey();
      tree.#pages.set(number, page);
      return { page, bytes: tree.#tree.encodePage(number) };
    });
    return { tree, change: { written, gone: [] } };
  }

  /** The secret itself, for a standby over an authenticated channel. The bytes are the caller's to wipe. */
  exportPages(): readonly (readonly [number: number, bytes: Uint8Array])[] {
    return this.#tree.pageIds().map((number) => [number, this.#tree.encodePage(number)]);
  }

  deadRanges(): readonly SlotRange[] {
    return this.#tree.deadRanges();
  }

  get seedCount(): number {
    return this.#tree.seedCount;
  }

  pages(): TreePage[] {
    return [...this.#pages].map(([number, { name, key }]) => [number, name, key]);
  }

  /** @throws AccessError SLOT_PUNCTURED */
  leafKey(slot: number): LeafKey {
    return this.#tree.leafKey(slot);
  }

  commitment(): Uint8Array {
    return this.#tree.rootCommitment;
  }

  /** Punctures in memory, derived seeds included; durable once the change is committed. */
  puncture(ranges: readonly SlotRange[]): void {
    this.#tree.punctureRanges(ranges);
  }

  /** The page files to write and to remove since the last call; each written page gets a new file and key, the old key is overwritten. */
  takeChange(newPageKey: () => PageKey): PageChange {
    const { written, removed } = this.#tree.takePageChanges();
    const gone: string[] = [];
    for (const number of [...written, ...removed]) {
      const old = this.#pages.get(number);
      if (old !== undefined) {
        gone.push(old.name);
        old.key.fill(0);
      }
      this.#pages.delete(number);
    }
    const added = written.map((number) => {
      const page = newPageKey();
      this.#pages.set(number, page);
      return { page, bytes: this.#tree.encodePage(number) };
    });
    return { written: added, gone };
  }

  /** Overwrites what is in memory. */
  wipe(): void {
    this.#tree.wipe();
  }
}
