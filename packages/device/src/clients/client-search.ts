/**
 * Search among clients, in the words a person types: accents, case and full width do not count. A line of folded text for each client is
 * looked through from end to end: with ten thousand of them that takes less time than a page needs to draw, finds Chinese names
 * by any of their characters, and there is nothing that could be out of step with the rows.
 */
import type { RoomId } from '@strongroom/core';
import type { ClientRow } from '../device/device.ts';

/** Letters that have no decomposition of their own. */
const letters: Readonly<Record<string, string>> = {
  ł: 'l',
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
};

/** Printable ASCII with single spaces inside. */
const plain = /^(?:[!-~]+(?: [!-~]+)*)?$/;

/** How well a client fits: smaller is better. */
const ranks = { code: 0, name: 1, word: 2, infix: 3 } as const;

interface Folded {
  readonly code: string;
  /** Name and aliases, each between line breaks. */
  readonly names: string;
  /** All that is searched, the names first. */
  readonly text: string;
}

interface Entry {
  row: ClientRow;
  readonly leadName: string | undefined;
  /** Made when it is first looked through: a list is shown before anybody searches it. */
  folded: Folded | undefined;
}

/** An entry that can be looked through. */
type Ready = Entry & { readonly folded: Folded };

/** Text as it is compared. */
export function foldText(text: string): string {
  // Most names have nothing to be taken apart.
  if (plain.test(text)) return text.toLowerCase();
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}+/gu, '')
    .replace(/[łßæœøđðþı]/g, (letter) => letters[letter] ?? letter)
    .replace(/\s+/gu, ' ')
    .trim();
}

/** The words of a query. */
export function queryWords(query: string): string[] {
  const folded = foldText(query);
  return folded === '' ? [] : folded.split(' ');
}

export class ClientSearch {
  readonly #entries = new Map<RoomId, Entry>();
  #sorted: readonly Ready[] | undefined;
  /** What the last query found, among which entries. */
  #last:
    | { readonly all: readonly Ready[]; readonly whole: string; readonly matching: readonly Ready[] }
    | undefined;

  get size(): number {
    return this.#entries.size;
  }

  /** Takes a row, or a newer one of the same room. `leadName` is searched as well. */
  set(row: ClientRow, leadName?: string): void {
    const known = this.#entries.get(row.room);
    if (known !== undefined && known.leadName === leadName && hasSameText(known.row, row)) {
      known.row = row;
      return;
    }
    this.#entries.set(row.room, { row, leadName, folded: undefined });
    this.#forgetOrder();
  }

  remove(room: RoomId): void {
    if (this.#entries.delete(room)) this.#forgetOrder();
  }

  rows(): ClientRow[] {
    return [...this.#entries.values()].map(({ row }) => row);
  }

  /** The best `limit` of those in which every word of the query is found, and how many there are. */
  find(query: string, limit: number): { readonly rows: ClientRow[]; readonly totalCount: number } {
    const words = queryWords(query);
    const whole = words.join(' ');
    const all = this.#inOrder();
    const last = this.#last;
    // What a longer query finds is among what its beginning found.
    const among = last?.all === all && whole.startsWith(last.whole) ? last.matching : all;
    const matching = among.filter(({ folded }) => words.every((word) => folded.text.includes(word)));
    this.#last = { all, whole, matching };
    const totalCount = matching.length;
    const found: Entry[][] = [[], [], [], []];
    for (const entry of matching) found[rankOf(entry.folded, whole, words)]?.push(entry);
    return {
      rows: found
        .flat()
        .slice(0, limit)
        .map(({ row }) => row),
      totalCount,
    };
  }

  #forgetOrder(): void {
    this.#sorted = undefined;
    this.#last = undefined;
  }

  /** By name, those without one last, then by code. */
  #inOrder(): readonly Ready[] {
    this.#sorted ??= [...this.#entries.values()].map(toReady).sort(({ folded: left }, { folded: right }) => {
      const isLast = Number(left.names === '\n\n') - Number(right.names === '\n\n');
      if (isLast !== 0) return isLast;
      if (left.names !== right.names) return left.names < right.names ? -1 : 1;
      return left.code < right.code ? -1 : 1;
    });
    return this.#sorted;
  }
}

function toReady(entry: Entry): Ready {
  entry.folded ??= foldRow(entry.row, entry.leadName);
  return entry as Ready;
}

function foldRow(row: ClientRow, leadName: string | undefined): Folded {
  const names = [row.name ?? '', ...row.aliases].map(foldText).filter((name) => name !== '');
  const more = [...row.countries, leadName ?? ''].map(foldText);
  const code = foldText(row.code);
  const joined = `\n${names.join('\n')}\n`;
  return { code, names: joined, text: `${joined}${code}\n${more.join('\n')}` };
}

/** Whether all that is searched of two rows, but the name of the lead, is the same. */
function hasSameText(left: ClientRow, right: ClientRow): boolean {
  const isSame = (one: readonly string[], other: readonly string[]): boolean =>
    one.length === other.length && one.every((each, at) => each === other[at]);
  return (
    left.name === right.name &&
    left.code === right.code &&
    isSame(left.aliases, right.aliases) &&
    isSame(left.countries, right.countries)
  );
}

function rankOf({ code, names }: Folded, whole: string, words: readonly string[]): number {
  if (whole !== '' && (code.startsWith(whole) || code.startsWith(`c-${whole}`))) return ranks.code;
  if (names.includes(`\n${whole}`)) return ranks.name;
  return words.every((word) => isWordStart(names, word)) ? ranks.word : ranks.infix;
}

/** Whether a word of the text begins so: after a break, a space or a mark. */
function isWordStart(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1))
    if (!/[\p{L}\p{N}]/u.test(text[at - 1] ?? ' ')) return true;
  return false;
}
