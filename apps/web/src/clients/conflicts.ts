/**
 * Whether a client of that name is here already: the same name, an alias, or one so close that it may be the same. Compared on this
 * device alone, among the clients whose names it can read. Pure.
 */
import type { ClientRow } from '@strongroom/device';

/** Why a client was matched. `same`: the name; `alias`: one of the other names; `similar`: close to one of both. */
export type ConflictReason = 'same' | 'alias' | 'similar';

/** A client that may be the one to be added. */
export interface Conflict {
  readonly row: ClientRow;
  readonly reason: ConflictReason;
  /** The name of that client that was matched. */
  readonly matched: string;
  /** The name that was typed. */
  readonly typed: string;
}

const letters: Readonly<Record<string, string>> = {
  ł: 'l',
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  þ: 'th',
};

/** Legal forms: they tell what a client is, not who. */
const forms: ReadonlySet<string> = new Set(
  (
    'sa sas sarl sasu sci snc eurl ltd limited plc llp llc lp inc incorporated corp corporation co company gmbh ag kg ug ohg ev ' +
    'ab as asa oy oyj aps bv nv vof spa srl sl slu sp spzoo zoo z o oo spolka sk sj komandytowa akcyjna jawna cywilna ' +
    'the and und et i of de la le les group groupe grupa holding holdings'
  ).split(' '),
);
/** Likewise, at the end of Chinese names. */
const chineseForms = /(?:股份有限公司|有限责任公司|有限公司|集团公司|集团|公司)$/u;

/** A name as it is compared: accents, capitals, full width and marks do not count. */
export function foldName(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}+/gu, '')
    .replace(/[łßæœøđðþ]/gu, (letter) => letters[letter] ?? letter)
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

/** The words that tell a name from others, sorted. */
function core(folded: string): string {
  const words = folded.split(' ').map((word) => word.replace(chineseForms, ''));
  const telling = words.filter((word) => word !== '' && !forms.has(word));
  return (telling.length === 0 ? words : telling).sort().join(' ');
}

interface Known {
  readonly row: ClientRow;
  readonly name: string;
  readonly isAlias: boolean;
  readonly folded: string;
  readonly core: string;
}

/** Names made ready to be compared with. */
export type KnownNames = readonly Known[];

/** Makes all names of all clients ready; once for a list. */
export function readKnownNames(rows: readonly ClientRow[]): KnownNames {
  return rows.flatMap((row) => {
    const names = [row.name ?? '', ...row.aliases];
    return names.flatMap((name, index) => {
      const folded = foldName(name);
      return folded === '' ? [] : [{ row, name, isAlias: index > 0, folded, core: core(folded) }];
    });
  });
}

const ranks: Readonly<Record<ConflictReason, number>> = { same: 0, alias: 1, similar: 2 };

/** Clients that any of the typed names may mean, the surest first, each once. `except` is the room of the client that is edited. */
export function findConflicts(
  typed: readonly string[],
  known: KnownNames,
  { except, countMax = 5 }: { readonly except?: string | undefined; readonly countMax?: number } = {},
): readonly Conflict[] {
  const best = new Map<string, Conflict>();
  for (const text of typed) {
    const folded = foldName(text);
    // One letter says nothing; one Chinese character may.
    if (folded.length < 2) continue;
    const wanted = core(folded);
    for (const entry of known) {
      if (entry.row.room === except) continue;
      const reason = compare(folded, wanted, entry);
      if (reason === undefined) continue;
      const before = best.get(entry.row.room);
      if (before !== undefined && ranks[before.reason] <= ranks[reason]) continue;
      best.set(entry.row.room, { row: entry.row, reason, matched: entry.name, typed: text.trim() });
    }
  }
  return [...best.values()]
    .sort((left, right) => ranks[left.reason] - ranks[right.reason])
    .slice(0, countMax);
}

function compare(folded: string, wanted: string, entry: Known): ConflictReason | undefined {
  if (folded === entry.folded) return entry.isAlias ? 'alias' : 'same';
  if (wanted === entry.core) return 'similar';
  // A slip of the finger or two, in names long enough to bear them.
  const slips = wanted.length >= 12 ? 2 : wanted.length >= 6 ? 1 : 0;
  if (slips > 0 && isWithin(wanted, entry.core, slips) && digitsOf(wanted) === digitsOf(entry.core))
    return 'similar';
  // One is the other with more words: `Dubois` and `Dubois Immobilier`.
  const mine = wanted.split(' ');
  const theirs = entry.core.split(' ');
  const [fewer, more] = mine.length < theirs.length ? [mine, theirs] : [theirs, mine];
  const isTelling = fewer.length >= 2 || (fewer[0] ?? '').length >= 5;
  return fewer.length < more.length && isTelling && fewer.every((word) => more.includes(word))
    ? 'similar'
    : undefined;
}

/** Numbers are no slips: `Fund 12` is not `Fund 13`. */
function digitsOf(text: string): string {
  return text.replace(/\D+/gu, '');
}

/** Whether at most `max` letters were added, left out, changed or swapped. */
export function isWithin(left: string, right: string, max: number): boolean {
  if (Math.abs(left.length - right.length) > max) return false;
  let older: number[] = [];
  let before = Array.from({ length: right.length + 1 }, (_, at) => at);
  for (let row = 1; row <= left.length; row++) {
    const line = [row];
    let least = row;
    for (let at = 1; at <= right.length; at++) {
      const isSame = left[row - 1] === right[at - 1];
      let cost = Math.min(
        (before[at] ?? 0) + 1,
        (line[at - 1] ?? 0) + 1,
        (before[at - 1] ?? 0) + (isSame ? 0 : 1),
      );
      if (row > 1 && at > 1 && left[row - 1] === right[at - 2] && left[row - 2] === right[at - 1])
        cost = Math.min(cost, (older[at - 2] ?? 0) + 1);
      line.push(cost);
      least = Math.min(least, cost);
    }
    if (least > max) return false;
    older = before;
    before = line;
  }
  return (before[right.length] ?? max + 1) <= max;
}
