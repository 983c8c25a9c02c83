/**
 * Clients as they become known while the first list of a page is decrypted. Rows are gathered by room; whoever listens is told at most
 * once a frame's worth of parts. Emptied when this browser locks.
 */
import type { ClientRow } from '@strongroom/device';
import type { KeysClient } from '../keys/keys-client.ts';

/** What is known so far. */
export interface ClientsSoFar {
  readonly rows: readonly ClientRow[];
  readonly doneCount: number;
  readonly totalCount: number;
}

/** A listener's side of a feed. */
export interface ClientsFeed {
  readonly subscribe: (listener: () => void) => () => void;
  readonly read: () => ClientsSoFar;
}

const nothing: ClientsSoFar = { rows: [], doneCount: 0, totalCount: 0 };
const feeds = new WeakMap<KeysClient, ClientsFeed>();

/** The one feed of a page. */
export function feedOf(client: KeysClient): ClientsFeed {
  const known = feeds.get(client);
  if (known !== undefined) return known;
  const made = createFeed(client);
  feeds.set(client, made);
  return made;
}

function createFeed(client: KeysClient): ClientsFeed {
  const listeners = new Set<() => void>();
  const byRoom = new Map<string, ClientRow>();
  let soFar = nothing;
  const tell = (): void => {
    for (const listener of listeners) listener();
  };
  client.subscribe((event) => {
    if (event.event === 'clients') {
      for (const row of event.rows) byRoom.set(row.room, row);
      soFar = {
        rows: [...byRoom.values()],
        doneCount: Math.max(soFar.doneCount, event.doneCount),
        totalCount: event.totalCount,
      };
      tell();
    } else if (event.event === 'session' && event.state.kind !== 'unlocked' && soFar !== nothing) {
      byRoom.clear();
      soFar = nothing;
      tell();
    }
  });
  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    read: () => soFar,
  };
}
