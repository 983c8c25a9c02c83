/** What was written since pages were told last, told together. */
import type { StartTimer } from '../context-clock.ts';
import { coalesce } from './coalesce.ts';

/** Notes that something changed: an area of the device, or anything. */
export type TellChanged = (area?: string) => void;

export function gatherChanges(
  startTimer: StartTimer,
  everyMs: number,
  say: (areas: readonly string[] | undefined) => void,
): TellChanged {
  let areas = new Set<string>();
  let isAll = false;
  const speak = coalesce(startTimer, everyMs, () => {
    say(isAll ? undefined : [...areas]);
    areas = new Set();
    isAll = false;
  });
  return (area) => {
    if (area === undefined) isAll = true;
    else areas.add(area);
    speak();
  };
}
