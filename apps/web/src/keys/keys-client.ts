/**
 * The page's side of the keys: calls become messages, answers become promises, events reach whoever listens. Nothing secret is kept here
 * but the sealed ticket of the tab.
 */
import { DependencyError } from '@strongroom/core';
import { buildKeys } from './call-tree.ts';
import type { ConnectionState, Keys, KeysEvent, SessionState, UploadItem } from './contract.ts';
import { decodeFailure } from './messages.ts';
import type { WorkerMessage } from './messages.ts';
import { keepTicket, readTicket } from './ticket-keeping.ts';
import { openWorkerLink } from './worker-link.ts';
import type { WorkerLink } from './worker-link.ts';

type JobEvent = Extract<KeysEvent, { readonly event: 'job' }>;

/** What pages show of the worker, as it was last told. */
export interface KeysSnapshot {
  readonly session: SessionState;
  readonly connection: ConnectionState;
  readonly uploads: readonly UploadItem[];
  readonly jobs: ReadonlyMap<string, JobEvent>;
}

/** The keys, and what they tell. */
export interface KeysClient {
  readonly keys: Keys;
  /** The newest snapshot; the same object until something changes. */
  readonly snapshot: () => KeysSnapshot;
  /** Hears every event of the worker. Answers what ends it. */
  readonly subscribe: (listener: (event: KeysEvent) => void) => () => void;
  /** Hears when the snapshot changes. Answers what ends it. */
  readonly watch: (listener: () => void) => () => void;
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (cause: unknown) => void;
}

/** Connects this page to the worker. Once a page. */
export function connectKeys(): KeysClient {
  const page = crypto.randomUUID();
  const waiting = new Map<number, Waiting>();
  const listeners = new Set<(event: KeysEvent) => void>();
  const watchers = new Set<() => void>();
  let link: WorkerLink | undefined;
  let isReady = false;
  let isBroken = false;
  let nextId = 1;
  let snapshot: KeysSnapshot = {
    session: { kind: 'starting' },
    connection: { kind: navigator.onLine ? 'online' : 'offline', sinceMs: 0 },
    uploads: [],
    jobs: new Map(),
  };
  /** Calls made before the worker was there. */
  const early: (() => void)[] = [];

  const keys = buildKeys(
    async (path, args) =>
      await new Promise((resolve, reject) => {
        const id = nextId++;
        waiting.set(id, { resolve, reject });
        const post = (): void => {
          try {
            link?.post({ kind: 'call', page, id, path, args });
          } catch (cause) {
            waiting.delete(id);
            reject(new DependencyError('INTERNAL_ERROR', {}, { cause }));
          }
        };
        if (isBroken) breakOff();
        else if (isReady) post();
        else early.push(post);
      }),
  );

  /** Whoever waits for an answer of a worker that is gone learns it. */
  function breakOff(): void {
    for (const { reject } of waiting.values()) reject(new DependencyError('INTERRUPTED'));
    waiting.clear();
  }

  function change(part: Partial<KeysSnapshot>): void {
    snapshot = { ...snapshot, ...part };
    for (const watcher of watchers) watcher();
  }

  function hear(event: KeysEvent): void {
    switch (event.event) {
      case 'session':
        // Before the ticket was looked at, nothing is said: a reload would flash the lock.
        if (isReady) change({ session: event.state });
        break;
      case 'connection':
        change({ connection: event.state });
        break;
      case 'uploads':
        change({ uploads: event.items });
        break;
      case 'job':
        change({ jobs: new Map(snapshot.jobs).set(event.job, event) });
        break;
      case 'ticket':
        keepTicket(sessionStorage, event.ticket);
        return;
      case 'replaced':
        location.reload();
        return;
      default:
    }
    for (const listener of listeners) listener(event);
  }

  function receive(message: WorkerMessage): void {
    switch (message.kind) {
      case 'ready':
        // A second time: the worker is a new one, after the tab of the first was closed.
        if (isReady) {
          breakOff();
          isReady = false;
          sayHello();
          return;
        }
        void begin();
        return;
      case 'event':
        hear(message.event);
        return;
      case 'answer':
        waiting.get(message.id)?.resolve(message.value);
        break;
      case 'failure':
        waiting.get(message.id)?.reject(decodeFailure(message));
    }
    waiting.delete(message.id);
  }

  async function begin(): Promise<void> {
    isReady = true;
    const ticket = readTicket(sessionStorage);
    // One that could not be looked at (the server is away) stays for the next reload; one that was refused is forgotten.
    if (ticket !== undefined && !(await keys.session.offerTicket(ticket).catch(() => true)))
      keepTicket(sessionStorage, new Uint8Array(0));
    change({ session: await keys.session.state() });
    for (const post of early.splice(0)) post();
  }

  function sayHello(): void {
    link?.post({ kind: 'hello', page });
    tellVisible();
  }

  function tellVisible(): void {
    link?.post({ kind: 'visible', page, isVisible: document.visibilityState === 'visible' });
  }

  document.addEventListener('visibilitychange', tellVisible);
  addEventListener('focus', tellVisible);
  void navigator.locks.request(`strongroom-page-${page}`, async () => {
    link = openWorkerLink(page, {
      onMessage: receive,
      onBroken: () => {
        isBroken = true;
        breakOff();
      },
    });
    sayHello();
    // Held as long as this page lives.
    await new Promise<never>(() => undefined);
  });

  return {
    keys,
    snapshot: () => snapshot,
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    watch(listener) {
      watchers.add(listener);
      return () => void watchers.delete(listener);
    },
  };
}
