/**
 * Before code from the server gets an open device: the office, as fresh as can be had, must allow it. An unlock with a password waits
 * for the server, which it needs in any case. An unlock that is taken up again (a reload) by the code that unlocked, or by later code,
 * goes by what this device verified last when nothing comes back: a server that withholds could as well have withheld it from the
 * page before the reload. Spec: docs/spec/web.md section 3 (attack K2).
 */
import { DependencyError, officeId, StrongroomError } from '@strongroom/core';
import type { ChainBook } from '../chains/index.ts';
import type { Clock } from '../environment/index.ts';

/** How long a reload waits for a server that may be away. */
const takenUpWaitMs = 3_000;

/** @throws AccessError BUNDLE_TOO_OLD, HEADS_STALE; what the sync throws */
export async function checkCode(
  book: ChainBook,
  clock: Clock,
  { isTakenUp }: { readonly isTakenUp: boolean },
): Promise<void> {
  if (!isTakenUp) {
    await syncOffice(book);
    return;
  }
  const synced = syncOffice(book).catch((cause: unknown) => {
    if (!isAway(cause)) throw cause;
  });
  // Whichever comes second is nobody's business any more.
  await Promise.race([synced, clock.sleep(takenUpWaitMs).catch(() => undefined)]);
}

async function syncOffice(book: ChainBook): Promise<void> {
  await book.syncLedger(officeId);
  book.assertSeen(officeId);
}

/** Whether nothing that could be verified came back. */
function isAway(cause: unknown): boolean {
  if (cause instanceof DependencyError) return true;
  return cause instanceof StrongroomError && (cause.code === 'HEADS_STALE' || cause.code === 'RATE_LIMITED');
}
