/** The clients of this person: one question for all screens, shown in parts while it is answered for the first time. */
import type { StrongroomError } from '@strongroom/core';
import type { ClientRow, PersonRow, VaultRow } from '@strongroom/device';
import type { UseQueryResult } from '@tanstack/react-query';
import { useMemo, useSyncExternalStore } from 'react';
import { useDeviceQuery, useKeysClient } from '../keys/keys-context.tsx';
import { feedOf } from './clients-feed.ts';

const name = ['clients'] as const;

/** The list of clients, whole or as far as it is known. */
export interface ClientsQuery {
  /** All that is known by now, in no order to rely on. */
  readonly rows: readonly ClientRow[];
  /** Every client that this browser knows of is here, with every name that it may have without asking. */
  readonly isComplete: boolean;
  /** The server was asked as well: who is not here is not to be had now. */
  readonly isAsked: boolean;
  readonly doneCount: number;
  readonly totalCount: number;
  /** When the names that are missing come by themselves. */
  readonly heldUntilMs: number | undefined;
  readonly error: StrongroomError | null;
  readonly refetch: () => void;
}

/** The clients whose rooms this person can open. */
export function useClients(): ClientsQuery {
  const feed = feedOf(useKeysClient());
  const { data, error, refetch } = useDeviceQuery(name, async () => await feed.ask());
  const { rows, isWhole, doneCount, totalCount, heldUntilMs } = useSyncExternalStore(
    feed.subscribe,
    feed.read,
  );
  const isAsked = data !== undefined;
  return useMemo(
    () => ({
      rows,
      isComplete: isWhole || isAsked,
      isAsked,
      doneCount,
      totalCount,
      heldUntilMs,
      error,
      refetch: () => void refetch(),
    }),
    [rows, isWhole, isAsked, doneCount, totalCount, heldUntilMs, error, refetch],
  );
}

/** One client by code. `isPending`: not known yet, it may still come. */
export function useClient(code: string): {
  readonly client: ClientRow | undefined;
  readonly isPending: boolean;
  readonly error: StrongroomError | null;
} {
  const { rows, isAsked, error } = useClients();
  const client = useMemo(() => rows.find((row) => row.code === code), [rows, code]);
  return { client, isPending: client === undefined && !isAsked && error === null, error };
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
