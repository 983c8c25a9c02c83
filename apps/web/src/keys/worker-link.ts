/**
 * The way from a page to the worker: a port of the SharedWorker; where there is none, one channel that all pages share, and the tab that
 * holds the lock starts the worker. A tab that takes over starts a new one, which asks everybody to say hello again.
 */
import workerAddress from '../key-worker/main.ts?worker&url';
import { channelName } from './messages.ts';
import type { ChannelMessage, PageMessage, WorkerMessage } from './messages.ts';
import { scriptUrl } from './script-url.ts';

/** Messages both ways. */
export interface WorkerLink {
  post(message: PageMessage): void;
}

/** What the page hears. */
export interface LinkEvents {
  readonly onMessage: (message: WorkerMessage) => void;
  /** The worker could not be loaded. */
  readonly onBroken: () => void;
}

const leaderLock = 'strongroom-leader';

/** Connects this page. `page` is its name, whose lock it holds already. */
export function openWorkerLink(page: string, events: LinkEvents): WorkerLink {
  return 'SharedWorker' in globalThis ? openSharedLink(events) : openChannelLink(page, events);
}

function openSharedLink({ onMessage, onBroken }: LinkEvents): WorkerLink {
  const worker = new SharedWorker(scriptUrl(workerAddress), { name: 'strongroom', type: 'module' });
  worker.addEventListener('error', onBroken);
  worker.port.addEventListener('message', ({ data }: MessageEvent<WorkerMessage>) => onMessage(data));
  worker.port.start();
  return { post: (message) => worker.port.postMessage(message) };
}

function openChannelLink(page: string, { onMessage, onBroken }: LinkEvents): WorkerLink {
  const channel = new BroadcastChannel(channelName);
  channel.addEventListener('message', ({ data }: MessageEvent<ChannelMessage>) => {
    if (data.to === page || data.to === '*') onMessage(data.message as WorkerMessage);
  });
  void navigator.locks.request(leaderLock, async () => {
    const worker = new Worker(scriptUrl(workerAddress), { name: 'strongroom', type: 'module' });
    worker.addEventListener('error', onBroken);
    // Held until this tab is gone; the worker goes with it.
    await new Promise<never>(() => undefined);
  });
  return { post: (message) => channel.postMessage({ to: 'worker', message } satisfies ChannelMessage) };
}
