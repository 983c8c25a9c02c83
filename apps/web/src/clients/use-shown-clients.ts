/** The rows of the list: what the search found, less what the filters take away, in the order that is asked for. */
import type { StrongroomError } from '@strongroom/core';
import type { ClientRow } from '@strongroom/device';
import { useDeferredValue, useMemo } from 'react';
import { nowMs } from '../clock.ts';
import { useSession } from '../keys/keys-context.tsx';
import { useTexts } from '../texts/texts-context.tsx';
import { filterClients, sortClients } from './arrange-clients.ts';
import type { ClientsSearch } from './clients-search.ts';
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
  const rows = useMemo(() => {
    if (matches === undefined) return sorted;
    const place = new Map(matches.rooms.map((room, index) => [room, index]));
    const found = sorted.filter(({ room }) => place.has(room));
    if (order !== undefined) return found;
    return found.sort((left, right) => (place.get(left.room) ?? 0) - (place.get(right.room) ?? 0));
  }, [sorted, matches, order]);
  return { rows, filteredCount: filtered.length, words: matches?.words, error };
}
