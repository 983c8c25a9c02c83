/** The list of clients as a page holds it, kept up by changes. Pure. */
import type { ClientRow } from '@strongroom/device';
import type { ClientChanges, ClientMatches, ClientsHad } from '../keys/contract.ts';

const none: readonly ClientRow[] = [];

export class HeldClients {
  #list: string | undefined;
  #change = 0;
  #isWhole = false;
  #doneCount = 0;
  #totalCount = 0;
  /** By place. */
  #places: (ClientRow | undefined)[] = [];
  #rows = none;

  /** All rows, in no order to rely on; the same array until something changes. */
  get rows(): readonly ClientRow[] {
    return this.#rows;
  }

  /** Whether an answer said of this list that it is whole. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  /** Rows whose name is known, of all there are or will be. */
  get doneCount(): number {
    return this.#doneCount;
  }

  get totalCount(): number {
    return this.#totalCount;
  }

  /** What to tell the worker of; undefined before the first answer. */
  get had(): ClientsHad | undefined {
    return this.#list === undefined ? undefined : { list: this.#list, change: this.#change };
  }

  /** Takes changes that fit to what is held. Answers false for those that do not. */
  take({ list, from, to, rows, places, gone, ...more }: ClientChanges): boolean {
    const isOther = list !== this.#list;
    if (from > (isOther ? 0 : this.#change)) return false;
    if (isOther) {
      this.#list = list;
      this.#change = 0;
      this.#isWhole = false;
      this.#places = [];
      this.#rows = none;
    }
    this.#isWhole ||= more.isWhole;
    if (to < this.#change) return true;
    this.#doneCount = more.namedCount;
    this.#totalCount = more.totalCount;
    if (to === this.#change) return true;
    this.#change = to;
    // All there is: what is not among it is gone.
    if (from === 0) this.#places = [];
    for (const [at, row] of rows.entries()) this.#places[places[at] ?? 0] = row;
    for (const place of gone) this.#places[place] = undefined;
    this.#rows = this.#places.filter((row) => row !== undefined);
    return true;
  }

  /** The rows at the places that a search found; undefined where they are of another list. */
  rowsOf({ list, places }: ClientMatches): readonly ClientRow[] | undefined {
    if (list !== this.#list) return undefined;
    const found: ClientRow[] = [];
    for (const place of places) {
      const row = this.#places[place];
      if (row !== undefined) found.push(row);
    }
    return found;
  }
}
