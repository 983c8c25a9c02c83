/** Time as something that screens wait for. */
import { useEffect, useState } from 'react';
import { after, nowMs } from './clock.ts';

/** A longer timer runs over in browsers; it is set anew until the moment is there. */
const waitMsMax = 86_400_000;

/** Whether a moment is over; the screen is drawn anew when it comes. */
export function useReached(atMs: number | undefined): boolean {
  const [, setTurn] = useState(0);
  const leftMs = atMs === undefined ? 0 : Math.max(0, atMs - nowMs());
  useEffect(
    () => (leftMs === 0 ? undefined : after(Math.min(leftMs, waitMsMax), () => setTurn((turn) => turn + 1))),
    [leftMs],
  );
  return leftMs === 0;
}
