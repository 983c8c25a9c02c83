/**
 * The clients of this page: what the worker told, change by change. Asked for through one question of all screens, emptied when this
 * browser locks. Spec: docs/spec/web.md section 4.
 */
import type { ClientRow } from '@strongroom/device';
import { after } from '../clock.ts';
import type { ClientMatches } from '../keys/contract.ts';
import type { KeysClient } from '../keys/keys-client.ts';
import { HeldClients } from './held-clients.ts';

/** What is known so far. */
export interface ClientsSoFar {
  readonly rows: readonly ClientRow[];
  /** Every client that this browser knows of is among the rows, with every name that it may have without asking. */
  readonly isWhole: boolean;
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
  /** Asks until everything is there, and answers it. What is known before is told on the way. */
  readonly ask: () => Promise<readonly ClientRow[]>;
  /** The rows that a search found, best first; undefined for those of another list. */
  readonly rowsOf: (matches: ClientMatches) => readonly ClientRow[] | undefined;
}

/** Between two drawings of rows that come in parts. */
const partsMs = 200;
const nothing: ClientsSoFar = { rows: [], isWhole: false, doneCount: 0, totalCount: 0 };
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
  let held = new HeldClients();
  let soFar = nothing;
  let cancel: (() => void) | undefined;
  const change = (next: ClientsSoFar): void => {
    soFar = next;
    for (const listener of listeners) listener();
  };
  const show = (): void => {
    cancel?.();
    cancel = undefined;
    const { rows, isWhole, doneCount, totalCount } = held;
    const isOther =
      rows !== soFar.rows ||
      isWhole !== soFar.isWhole ||
      doneCount !== soFar.doneCount ||
      totalCount !== soFar.totalCount;
    if (isOther) change({ ...soFar, rows, isWhole, doneCount, totalCount });
  };
  client.subscribe((event) => {
    if (event.event === 'clients') {
      // Parts of a large firm come faster than they need to be drawn.
      if (held.take(event.changes)) cancel ??= after(partsMs, show);
    } else if (event.event === 'clients-held') {
      const { heldUntilMs: _before, ...rest } = soFar;
      change({ ...rest, ...(event.untilMs === undefined ? {} : { heldUntilMs: event.untilMs }) });
    } else if (event.event === 'session' && event.state.kind !== 'unlocked' && soFar !== nothing) {
      cancel?.();
      cancel = undefined;
      held = new HeldClients();
      change(nothing);
    }
  });
  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    read: () => soFar,
    async ask() {
      const { clients } = client.keys.device;
      const follow = async (refresh: boolean): Promise<void> => {
        const { had } = held;
        held.take(await clients.follow({ refresh, ...(had === undefined ? {} : { have: had }) }));
        show();
      };
      // What lies in this browser is shown while the server is asked.
      if (!soFar.isWhole) await follow(false);
      await follow(true);
      return held.rows;
    },
    rowsOf: (matches) => held.rowsOf(matches),
  };
}
