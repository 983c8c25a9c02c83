/** The puncturable tree of one vault with the files and keys of its pages. A page is never written twice under one key. */
import { InputError, IntegrityError, PuncturableTree, pageBytesMax } from '@strongroom/core';
import type { LeafKey, TreeEngine } from '@strongroom/core';
import type { NewPage, PageKey } from '../storage/sealed-state.ts';
import { createTreePage } from './page-table.ts';
import type { TreePage } from './page-table.ts';

/** Slots from `first` to `last`, both included. */
export type SlotRange = { readonly first: number; readonly last: number };

/** Reads and opens a page's file. @throws IntegrityError WARDEN_STATE_CORRUPT */
type ReadPageFile = (page: PageKey) => Uint8Array;

/** What a change of the tree makes of its page files. */
export type PageChange = {
  readonly written: readonly NewPage[];
  readonly gone: readonly string[];
};

/** Up to so many pages of a change are made in memory of their own. */
const pagesOfOwnRoom = 16;

export class VaultTree {
  readonly #tree: PuncturableTree;
  readonly #pages: Map<number, TreePage>;

  private constructor(tree: PuncturableTree, pages = new Map<number, TreePage>()) {
    this.#tree = tree;
    this.#pages = pages;
  }

  /** A new tree in which every slot lives; its pages are written by `takeChange`. */
  static create(engine: TreeEngine): VaultTree {
    return new VaultTree(PuncturableTree.create(engine));
  }

  /** The tree of stored pages, of which each is read when somebody comes to it. @throws IntegrityError WARDEN_STATE_CORRUPT */
  static open(engine: TreeEngine, stored: readonly TreePage[], readFile: ReadPageFile): VaultTree {
    const pages = new Map(stored.map((page) => [page.page, page]));
    const readPage = (number: number): Uint8Array => readFile(pages.get(number) as TreePage);
    return refuseInvalid(() => new VaultTree(PuncturableTree.open(engine, stored, readPage), pages));
  }

  /** The tree of pages of which nothing but file and key is known: all are read. @throws IntegrityError WARDEN_STATE_CORRUPT */
  static openWhole(
    engine: TreeEngine,
    stored: readonly (PageKey & { readonly page: number })[],
    readFile: ReadPageFile,
  ): VaultTree {
    const bytes = new Map(stored.map((page) => [page.page, readFile(page)]));
    try {
      const vault = refuseInvalid(() => new VaultTree(PuncturableTree.load(engine, bytes)));
      for (const page of stored) vault.#note(page.page, page);
      return vault;
    } finally {
      for (const page of bytes.values()) page.fill(0);
    }
  }

  /** The tree of another warden's pages, whose bytes are overwritten; every page is to be written here. @throws InputError FORMAT_INVALID */
  static adopt(
    engine: TreeEngine,
    pages: ReadonlyMap<number, Uint8Array>,
    newPageKey: () => PageKey,
  ): { readonly tree: VaultTree; readonly change: PageChange } {
    const tree = new VaultTree(PuncturableTree.load(engine, pages));
    const written = tree.#tree.pageIds().map((number) => tree.#write(number, newPageKey()));
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

  /** Pages that nobody has come to since the tree was opened. */
  get unreadCount(): number {
    return this.#tree.unreadCount;
  }

  /** Reads one page more, if there is one. @throws IntegrityError WARDEN_STATE_CORRUPT */
  readAhead(): boolean {
    return this.#tree.readAhead();
  }

  /** As the root names them: ascending. */
  pages(): TreePage[] {
    return [...this.#pages.values()].sort((left, right) => left.page - right.page);
  }

  /** @throws AccessError SLOT_PUNCTURED; IntegrityError WARDEN_STATE_CORRUPT */
  leafKey(slot: number): LeafKey {
    return this.#tree.leafKey(slot);
  }

  commitment(): Uint8Array {
    return this.#tree.rootCommitment;
  }

  /**
   * Punctures in memory, derived seeds included; durable once the change is committed.
   * @throws IntegrityError WARDEN_STATE_CORRUPT for a page that is not what was stored: then nothing is punctured
   */
  puncture(ranges: readonly SlotRange[]): void {
    this.#tree.punctureRanges(ranges);
  }

  /**
   * The page files to write and to remove since the last call; each written page gets a new file and key, the old key is
   * overwritten. The tree must not change before they are written.
   */
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
    // One room for all of many: each page is sealed and overwritten before the next one is made.
    const room = written.length > pagesOfOwnRoom ? new Uint8Array(pageBytesMax) : undefined;
    return { written: written.map((number) => this.#write(number, newPageKey(), room)), gone };
  }

  /** Overwrites what is in memory. */
  wipe(): void {
    this.#tree.wipe();
  }

  #write(number: number, page: PageKey, room?: Uint8Array): NewPage {
    return { page: this.#note(number, page), encode: () => this.#tree.encodePage(number, room) };
  }

  #note(number: number, page: PageKey): TreePage {
    const noted = createTreePage(this.#tree.describePage(number), page);
    this.#pages.set(number, noted);
    return noted;
  }
}

function refuseInvalid<T>(open: () => T): T {
  try {
    return open();
  } catch (cause) {
    if (!(cause instanceof InputError)) throw cause;
    throw new IntegrityError('WARDEN_STATE_CORRUPT', { file: 'page' }, { cause });
  }
}
