/**
 * One worker at a time has the device: whoever holds the Web Lock. A newer build's worker asks the one before to step aside; that one
 * gives the keys up and ends, and its pages load anew. So two builds never write to one storage.
 */
import type { StartTimer } from './context-clock.ts';

const lockName = 'strongroom-worker';
const channelName = 'strongroom-workers';
const askMs = 1_000;

/** Waits for the lock. `onAsked` is called once when a newer worker wants it; the lock is given up when that resolves. */
export async function becomeOnlyWorker(startTimer: StartTimer, onAsked: () => Promise<void>): Promise<void> {
  const channel = new BroadcastChannel(channelName);
  let cancel: () => void = () => undefined;
  const ask = (): void => {
    cancel = startTimer(askMs, () => {
      channel.postMessage('step-aside');
      ask();
    });
  };
  ask();
  await new Promise<void>((resolveHeld, reject) => {
    navigator.locks
      .request(lockName, async () => {
        cancel();
        resolveHeld();
        await new Promise<void>((release) => {
          channel.addEventListener('message', ({ data }) => {
            if (data === 'step-aside') void onAsked().finally(release);
          });
        });
        channel.close();
      })
      .catch(reject);
  });
}
