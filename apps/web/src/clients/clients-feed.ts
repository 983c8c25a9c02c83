/**
 * Clients as they become known while the first list of a page is decrypted. Rows are gathered by room. Emptied when this browser locks.
 */
import type { ClientRow } from '@strongroom/device';
import type { KeysClient } from '../keys/keys-client.ts';

/** What is known so far. */
export interface ClientsSoFar {
  readonly rows: readonly ClientRow[];
  /** Rows whose name is known. */
  readonly doneCount: number;
  readonly totalCount: number;
  /** When the names that are missing can be had; absent: they come as fast as they can. */
  readonly heldUntilMs?: number;
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
  const named = new Set<string>();
  let soFar = nothing;
  const tell = (): void => {
    for (const listener of listeners) listener();
  };
  client.subscribe((event) => {
    if (event.event === 'clients') {
      for (const row of event.rows) {
        // A row comes without its name first, and a later pass may tell less than an earlier one told.
        if (row.name !== undefined || byRoom.get(row.room)?.name === undefined) byRoom.set(row.room, row);
        if (row.name !== undefined) named.add(row.room);
      }
      soFar = {
        ...soFar,
        rows: [...byRoom.values()],
        doneCount: named.size,
        totalCount: event.totalCount,
      };
      tell();
    } else if (event.event === 'clients-held') {
      const { heldUntilMs: _before, ...rest } = soFar;
      soFar = { ...rest, ...(event.untilMs === undefined ? {} : { heldUntilMs: event.untilMs }) };
      tell();
    } else if (event.event === 'session' && event.state.kind !== 'unlocked' && soFar !== nothing) {
      byRoom.clear();
      named.clear();
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

/**
 * Runs one at a time: asked for while one runs, one more follows for all that asked. A list of thousands takes longer than the time
 * between two changes, and must not be begun again each time.
 */
export function runOnce<T>(run: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined;
  let next: Promise<T> | undefined;
  const start = (): Promise<T> => {
    running = run().finally(() => {
      running = undefined;
    });
    return running;
  };
  return async () => {
    if (running === undefined) return await start();
    next ??= running
      .catch(() => undefined)
      .then(async () => {
        next = undefined;
        return await start();
      });
    return await next;
  };
}
