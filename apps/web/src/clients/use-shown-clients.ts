/** The rows of the list: what the search found, less what the filters take away, in the order that is asked for. */
import type { StrongroomError } from '@strongroom/core';
import type { ClientRow } from '@strongroom/device';
import { useDeferredValue, useMemo } from 'react';
import { nowMs } from '../clock.ts';
import { useKeysClient, useSession } from '../keys/keys-context.tsx';
import { useTexts } from '../texts/texts-context.tsx';
import { filterClients, sortClients } from './arrange-clients.ts';
import { feedOf } from './clients-feed.ts';
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
  const feed = feedOf(useKeysClient());
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
  const { isComplete } = clients;
  const rows = useMemo(() => {
    if (matches === undefined) return sorted;
    let found = feed.rowsOf(matches) ?? [];
    if (clientClass !== undefined || group !== undefined || lead !== undefined || only !== undefined) {
      const left = new Set(filtered);
      found = found.filter((row) => left.has(row));
    }
    // The worker takes names up when it has them all: until then this page looks through those that it has.
    const words = foldName(matches.words).split(' ');
    if (!isComplete && words[0] !== '') {
      const known = new Set(found);
      const more = sorted.filter(
        (row) => !known.has(row) && words.every((word) => foldedNames(row).includes(word)),
      );
      found = [...found, ...more];
    }
    if (order === undefined) return found;
    const wanted = new Set(found);
    return sorted.filter((row) => wanted.has(row));
  }, [feed, sorted, filtered, matches, order, clientClass, group, lead, only, isComplete]);
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
