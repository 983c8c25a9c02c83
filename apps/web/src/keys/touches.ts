/** Tells the worker that somebody is here, at most every few seconds, and asks once that the browser keep its storage. */
import type { KeysClient } from './keys-client.ts';

const touchMs = 5_000;
const signs = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart'] as const;

/** Watches a page. Answers what ends it. */
export function watchTouches(client: KeysClient): () => void {
  let lastMs = 0;
  let hasAsked = false;
  const tell = (event: Event): void => {
    if (client.snapshot().session.kind !== 'unlocked') return;
    // An event's own time: milliseconds since this page began.
    if (event.timeStamp - lastMs < touchMs) return;
    lastMs = event.timeStamp;
    void client.keys.session.touch().catch(() => undefined); // a worker that is gone is told elsewhere
    if (hasAsked) return;
    hasAsked = true;
    void navigator.storage?.persist?.().catch(() => false);
  };
  for (const sign of signs) addEventListener(sign, tell, { passive: true, capture: true });
  return () => {
    for (const sign of signs) removeEventListener(sign, tell, { capture: true });
  };
}
