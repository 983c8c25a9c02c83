/** The rows of the list: what the search found, less what the filters take away, in the order that is asked for. */
import type { StrongroomError } from '@strongroom/core';
import type { ClientRow } from '@strongroom/device';
import { useDeferredValue, useMemo } from 'react';
import { nowMs } from '../clock.ts';
import { useSession } from '../keys/keys-context.tsx';
import { useTexts } from '../texts/texts-context.tsx';
import { filterClients, sortClients } from './arrange-clients.ts';
import type { ClientsSearch } from './clients-search.ts';
import { foldName } from './conflicts.ts';
import type { ClientsQuery } from './use-clients.ts';
import { useNamesOf } from './use-clients.ts';
import { useMatches } from './use-matches.ts';

/** Rows to show. */
export interface ShownClients {
  readonly rows: readonly ClientRow[];
  /** How many the filters alone leave. */
  readonly filteredCount: number;
  /** The words that `rows` were found for; undefined: all. */
  readonly words: string | undefined;
  readonly error: StrongroomError | undefined;
}

export function useShownClients(clients: ClientsQuery, search: ClientsSearch, words: string): ShownClients {
  const { intlTag } = useTexts();
  const session = useSession();
  const me = session.kind === 'unlocked' ? session.person : '';
  const { groupNames, personNames } = useNamesOf();
  // While parts arrive, typing and scrolling go first.
  const known = useDeferredValue(clients.rows);
  const { matches, error } = useMatches(words, known);
  const { class: clientClass, group, lead, only, order, reversed } = search;
  const filtered = useMemo(
    () =>
      filterClients(
        known,
        {
          ...(clientClass === undefined ? {} : { class: clientClass }),
          ...(group === undefined ? {} : { group }),
          ...(lead === undefined ? {} : { lead }),
          ...(only === undefined ? {} : { only }),
        },
        { me, nowMs: nowMs() },
      ),
    [known, clientClass, group, lead, only, me],
  );
  const sorted = useMemo(
    () =>
      sortClients(
        filtered,
        { ...(order === undefined ? {} : { order }), ...(reversed === undefined ? {} : { reversed }) },
        { me, nowMs: nowMs(), intlTag, groupNames, personNames },
      ),
    [filtered, order, reversed, me, intlTag, groupNames, personNames],
  );
  const byRoom = useMemo(() => new Map(sorted.map((row) => [row.room, row])), [sorted]);
  const rows = useMemo(() => {
    if (matches === undefined) return sorted;
    const found = new Set(matches.rooms);
    // The worker takes names up when it has them all: until then this page looks through those that it has.
    const words = foldName(matches.words).split(' ');
    if (!clients.isComplete && words[0] !== '') {
      for (const row of sorted)
        if (!found.has(row.room) && words.every((word) => foldedNames(row).includes(word)))
          found.add(row.room);
    }
    if (order !== undefined) return sorted.filter(({ room }) => found.has(room));
    return [...found].flatMap((room) => byRoom.get(room) ?? []);
  }, [sorted, byRoom, matches, order, clients.isComplete]);
  return { rows, filteredCount: filtered.length, words: matches?.words, error };
}

/** Names as they are compared, made once for a row. */
const folded = new WeakMap<ClientRow, string>();

function foldedNames(row: ClientRow): string {
  const known = folded.get(row);
  if (known !== undefined) return known;
  const text = [row.name ?? '', ...row.aliases].map(foldName).join(' ');
  folded.set(row, text);
  return text;
}
