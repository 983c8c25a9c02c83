import { useCallback } from 'react';
import { formatTime } from '../ui/index.ts';
import type { TimeStyle } from '../ui/index.ts';
import { nowMs } from '../clock.ts';
import { useTexts } from '../texts/texts-context.tsx';

/** Instants as words inside sentences, whose order is the language's. */
export function useWhen(): (atMs: number, style?: TimeStyle, isZoneNamed?: boolean) => string {
  const { intlTag } = useTexts();
  return useCallback(
    (atMs, style = 'auto', isZoneNamed = false) =>
      formatTime(atMs, { tag: intlTag, style, nowMs: nowMs(), isZoneNamed }),
    [intlTag],
  );
}
