/** The clients of this person: one question for all screens, shown in parts while it is answered for the first time. */
import type { StrongroomError } from '@strongroom/core';
import type { ClientRow, PersonRow, VaultRow } from '@strongroom/device';
import { useQueryClient } from '@tanstack/react-query';
import type { QueryClient, UseQueryResult } from '@tanstack/react-query';
import { useMemo, useSyncExternalStore } from 'react';
import { deviceQueries, useDeviceQuery, useKeysClient } from '../keys/keys-context.tsx';
import type { KeysClient } from '../keys/keys-client.ts';
import { feedOf, runOnce } from './clients-feed.ts';

const name = ['clients'] as const;
const none: readonly ClientRow[] = [];

/** The list of clients, whole or as far as it is known. */
export interface ClientsQuery {
  /** All that is known by now, in no order to rely on. */
  readonly rows: readonly ClientRow[];
  /** The whole list; undefined while the first one is decrypted. */
  readonly data: readonly ClientRow[] | undefined;
  readonly doneCount: number;
  readonly totalCount: number;
  readonly isComplete: boolean;
  /** When the names that are missing come by themselves. */
  readonly heldUntilMs: number | undefined;
  readonly error: StrongroomError | null;
  readonly refetch: () => void;
}

const askers = new WeakMap<KeysClient, () => Promise<readonly ClientRow[]>>();

async function askOnce(client: KeysClient, queries: QueryClient): Promise<readonly ClientRow[]> {
  let ask = askers.get(client);
  if (ask === undefined) {
    ask = runOnce(
      async (): Promise<readonly ClientRow[]> =>
        await client.keys.device.clients.list({
          // Parts are for the first list; after it, what is shown stays until the new one is whole.
          withParts: queries.getQueryData([deviceQueries, ...name]) === undefined,
        }),
    );
    askers.set(client, ask);
  }
  return await ask();
}

/** The clients whose rooms this person can open. */
export function useClients(): ClientsQuery {
  const client = useKeysClient();
  const feed = feedOf(client);
  const queries = useQueryClient();
  const { data, error, refetch } = useDeviceQuery(name, async () => await askOnce(client, queries));
  const soFar = useSyncExternalStore(feed.subscribe, feed.read);
  return useMemo(
    () => ({
      rows: data ?? (soFar.rows.length === 0 ? none : soFar.rows),
      data,
      doneCount: data?.length ?? soFar.doneCount,
      totalCount: data?.length ?? soFar.totalCount,
      isComplete: data !== undefined,
      heldUntilMs: soFar.heldUntilMs,
      error,
      refetch: () => void refetch(),
    }),
    [data, error, refetch, soFar],
  );
}

/** One client by code. `isPending`: not known yet, it may still come. */
export function useClient(code: string): {
  readonly client: ClientRow | undefined;
  readonly isPending: boolean;
  readonly error: StrongroomError | null;
} {
  const { rows, isComplete, error } = useClients();
  const client = useMemo(() => rows.find((row) => row.code === code), [rows, code]);
  return { client, isPending: client === undefined && !isComplete && error === null, error };
}

/** Client groups: each has a database and keys of its own. */
export function useGroups(): UseQueryResult<readonly VaultRow[], StrongroomError> {
  return useDeviceQuery(['vaults'], async (keys) => await keys.device.vaults.list());
}

/** The people of the firm. */
export function usePeople(): UseQueryResult<readonly PersonRow[], StrongroomError> {
  return useDeviceQuery(['people'], async (keys) => await keys.device.people.list());
}

/** Names by id, for groups and people. */
export function useNamesOf(): {
  readonly groupNames: ReadonlyMap<string, string>;
  readonly personNames: ReadonlyMap<string, string>;
} {
  const groups = useGroups();
  const people = usePeople();
  return useMemo(
    () => ({
      groupNames: new Map(
        (groups.data ?? []).map(({ vault, name: groupName, origin }) => [vault, groupName ?? origin]),
      ),
      personNames: new Map(
        (people.data ?? []).flatMap(({ person, name: personName }) =>
          personName === undefined ? [] : [[person, personName] as const],
        ),
      ),
    }),
    [groups.data, people.data],
  );
}
