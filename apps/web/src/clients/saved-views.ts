/** Saved views of the list: filters under a name that this device remembers. Their ids stand in addresses, their names do not. */
import { encodeHex } from '@strongroom/core';
import type { StrongroomError } from '@strongroom/core';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { deviceQueries, useDeviceQuery, useKeys } from '../keys/keys-context.tsx';
import { readClientsSearch, toViewSearch } from './clients-search.ts';
import type { ViewSearch } from './clients-search.ts';

/** A view. */
export interface SavedView {
  readonly id: string;
  readonly name: string;
  readonly search: ViewSearch;
}

/** All views, and which is shown first. */
export interface SavedViews {
  readonly views: readonly SavedView[];
  readonly defaultId?: string;
}

const preference = 'clients.views';
const none: SavedViews = { views: [] };
export const viewsMax = 40;

/** What was kept, as far as it is understood. */
export function readSavedViews(value: unknown): SavedViews {
  if (typeof value !== 'object' || value === null) return none;
  const { views, defaultId } = value as Readonly<Record<string, unknown>>;
  if (!Array.isArray(views)) return none;
  const read = views.flatMap((view: unknown): SavedView[] => {
    if (typeof view !== 'object' || view === null) return [];
    const { id, name, search } = view as Readonly<Record<string, unknown>>;
    if (typeof id !== 'string' || typeof name !== 'string' || typeof search !== 'object' || search === null)
      return [];
    return [{ id, name, search: toViewSearch(readClientsSearch(search as Record<string, unknown>)) }];
  });
  const isThere = read.some(({ id }) => id === defaultId);
  return { views: read, ...(typeof defaultId === 'string' && isThere ? { defaultId } : {}) };
}

/** An id for a new view. */
export function newViewId(): string {
  return encodeHex(crypto.getRandomValues(new Uint8Array(8)));
}

/** The saved views, and how to change them. `isKnown` is false until they were read. */
export function useSavedViews(): {
  readonly saved: SavedViews;
  readonly isKnown: boolean;
  readonly error: StrongroomError | null;
  readonly write: (saved: SavedViews) => Promise<void>;
} {
  const keys = useKeys();
  const queries = useQueryClient();
  const { data, error } = useDeviceQuery(
    ['preference', preference],
    // A query that answers undefined is none.
    async (each) => (await each.device.preferences.read(preference)) ?? null,
  );
  const saved = useMemo(() => readSavedViews(data), [data]);
  const write = useCallback(
    async ({ views, defaultId }: SavedViews): Promise<void> => {
      const value = {
        views: views.map(({ id, name, search }) => ({ id, name, search: { ...search } })),
        ...(defaultId === undefined ? {} : { defaultId }),
      };
      await keys.device.preferences.write(preference, value);
      queries.setQueryData([deviceQueries, 'preference', preference], value);
    },
    [keys, queries],
  );
  return { saved, isKnown: data !== undefined || error !== null, error, write };
}
