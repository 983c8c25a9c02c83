/**
 * The worker that owns this browser's keys, for all tabs. As a SharedWorker each page has a port of its own; where there is none this is
 * a dedicated worker of one tab, and all pages speak to it over one channel. The protocol is the same.
 */
import type { ChannelMessage, WorkerMessage } from '../keys/messages.ts';
import { channelName } from '../keys/messages.ts';
import { createWorkerClock } from './context-clock.ts';
import { startKeyWorker } from './key-worker.ts';
import { Hub } from './rpc/hub.ts';
import type { PageLink } from './rpc/hub.ts';
import { becomeOnlyWorker } from './single-worker.ts';

/** What a shared worker's global has, beside a worker's. */
interface SharedScope {
  addEventListener(type: 'connect', listener: (event: MessageEvent) => void): void;
  close(): void;
}

const scope = globalThis as unknown as SharedScope;
const isShared = 'onconnect' in globalThis;
const clock = createWorkerClock();
/** Messages that came before the worker was ready. */
const early: [PageLink, unknown][] = [];
const parts: { hub?: Hub } = {};

function receive(link: PageLink, message: unknown): void {
  if (parts.hub === undefined) early.push([link, message]);
  else parts.hub.receive(link, message);
}

if (isShared) {
  scope.addEventListener('connect', ({ ports: [port] }) => {
    if (port === undefined) return;
    const link: PageLink = { post: (message) => port.postMessage(message) };
    port.addEventListener('message', ({ data }) => receive(link, data));
    port.start();
  });
} else {
  const channel = new BroadcastChannel(channelName);
  channel.addEventListener('message', ({ data }: MessageEvent<ChannelMessage>) => {
    if (data.to !== 'worker') return;
    const { page } = data.message as { readonly page: string };
    receive({ post: (message: WorkerMessage) => channel.postMessage({ to: page, message }) }, data.message);
  });
  // Pages that spoke to the worker of a tab that is gone say hello again.
  channel.postMessage({ to: '*', message: { kind: 'ready' } } satisfies ChannelMessage);
}

let stepAside: () => Promise<void> = async () => undefined;
await becomeOnlyWorker(clock.startTimer, async () => {
  await stepAside();
  scope.close();
});
const worker = await startKeyWorker({
  clock,
  fetch: async (path, init) => await fetch(path, init),
  emit: (event) => parts.hub?.emit(event),
});
stepAside = async () => await worker.stepAside();
addEventListener('online', () => worker.toldOnline(true));
addEventListener('offline', () => worker.toldOnline(false));
const hub = new Hub({
  call: async (path, args) => await worker.call(path, args),
  greet: () => worker.greet(),
  onPages: (pages) => worker.onPages(pages),
  waitForLock: async (name) => {
    await navigator.locks.request(`strongroom-page-${name}`, { mode: 'shared' }, () => undefined);
  },
});
parts.hub = hub;
for (const [link, message] of early.splice(0)) hub.receive(link, message);
