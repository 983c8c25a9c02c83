/** The keys in React: one client a page, state as hooks, device queries that are asked again when the ledgers change. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { QueryClient, UseMutationResult, UseQueryResult } from '@tanstack/react-query';
import { createContext, useContext, useEffect, useSyncExternalStore } from 'react';
import type { ReactElement, ReactNode } from 'react';
import type { StrongroomError } from '@strongroom/core';
import { isTouched } from './touched-queries.ts';
import { watchTouches } from './touches.ts';
import type { ConnectionState, Keys, KeysEvent, SessionState, UploadItem } from './contract.ts';
import type { KeysClient, KeysSnapshot } from './keys-client.ts';

const KeysContext = createContext<KeysClient | undefined>(undefined);
/** The first part of the key of every query that the device answers. */
export const deviceQueries = 'device';

/** Gives the client to everything below it, and ties it to the queries. Stands inside the QueryClientProvider. */
export function KeysProvider(props: {
  readonly client: KeysClient;
  readonly children: ReactNode;
}): ReactElement {
  const { client, children } = props;
  const queries = useQueryClient();
  useEffect(() => tieQueries(client, queries), [client, queries]);
  useEffect(() => watchTouches(client), [client]);
  return <KeysContext value={client}>{children}</KeysContext>;
}

/** The client of this page. */
export function useKeysClient(): KeysClient {
  const client = useContext(KeysContext);
  if (client === undefined) throw new Error('no KeysProvider above');
  return client;
}

/** The calls. */
export function useKeys(): Keys {
  return useKeysClient().keys;
}

/** Where this browser stands. */
export function useSession(): SessionState {
  return useSnapshot(({ session }) => session);
}

/** Whether the server is in reach. */
export function useConnection(): ConnectionState {
  return useSnapshot(({ connection }) => connection);
}

/** The upload queue. */
export function useUploads(): readonly UploadItem[] {
  return useSnapshot(({ uploads }) => uploads);
}

/** Where a job stands; undefined before its first event. */
export function useJob(id: string | undefined): Extract<KeysEvent, { readonly event: 'job' }> | undefined {
  return useSnapshot(({ jobs }) => (id === undefined ? undefined : jobs.get(id)));
}

/** One part of the snapshot; whoever takes it is drawn anew only when that part changes. */
function useSnapshot<T>(choose: (snapshot: KeysSnapshot) => T): T {
  const client = useKeysClient();
  return useSyncExternalStore(client.watch, () => choose(client.snapshot()));
}

/**
 * Asks the device and asks again when the ledgers change. `name` tells this question from others: ids and numbers.
 * What was answered last stays shown while it is asked again.
 */
export function useDeviceQuery<T>(
  name: readonly unknown[],
  ask: (keys: Keys) => Promise<T>,
  options: { readonly isEnabled?: boolean } = {},
): UseQueryResult<T, StrongroomError> {
  const keys = useKeys();
  const isUnlocked = useSnapshot(({ session }) => session.kind === 'unlocked');
  return useQuery<T, StrongroomError>({
    queryKey: [deviceQueries, ...name],
    queryFn: async () => await ask(keys),
    enabled: isUnlocked && options.isEnabled !== false,
    // The worker tells when something changed, and repeats by itself what may be repeated.
    staleTime: Infinity,
    retry: false,
    networkMode: 'always',
  });
}

/**
 * Asks the device once, and again only under another name: for what must not be asked for whenever something changed, because reading
 * it may be a line in the ledger. `name` tells by a version or a number when the answer is another one.
 */
export function useSteadyQuery<T>(
  name: readonly unknown[],
  ask: (keys: Keys) => Promise<T>,
  options: { readonly keepMs?: number } = {},
): UseQueryResult<T, StrongroomError> {
  const keys = useKeys();
  const isUnlocked = useSnapshot(({ session }) => session.kind === 'unlocked');
  return useQuery<T, StrongroomError>({
    queryKey: ['steady', ...name],
    queryFn: async () => await ask(keys),
    enabled: isUnlocked,
    staleTime: Infinity,
    retry: false,
    networkMode: 'always',
    ...(options.keepMs === undefined ? {} : { gcTime: options.keepMs }),
  });
}

/** Has the device do something; the worker tells what it touched, and that is asked for again. */
export function useDeviceMutation<A, T>(
  act: (keys: Keys, argument: A) => Promise<T>,
): UseMutationResult<T, StrongroomError, A> {
  const keys = useKeys();
  return useMutation<T, StrongroomError, A>({
    mutationFn: async (argument) => await act(keys, argument),
    networkMode: 'always',
  });
}

/** What changed is asked for again; what was opened is forgotten when this browser locks. */
function tieQueries(client: KeysClient, queries: QueryClient): () => void {
  return client.subscribe((event) => {
    if (event.event === 'changed') {
      const wasTouched = ({ queryKey }: { readonly queryKey: readonly unknown[] }): boolean =>
        isTouched(queryKey[1], event.areas);
      void queries.invalidateQueries({ queryKey: [deviceQueries], predicate: wasTouched });
      // The rest is old enough for the next screen that shows it.
      void queries.invalidateQueries({
        queryKey: [deviceQueries],
        predicate: (query) => !wasTouched(query),
        refetchType: 'none',
      });
    }
    if (event.event === 'session' && event.state.kind !== 'unlocked') queries.clear();
  });
}
