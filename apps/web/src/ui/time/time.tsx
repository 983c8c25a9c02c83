import type { ReactNode } from 'react';
import { nowMs } from '../../clock.ts';
import { useTexts } from '../../texts/texts-context.tsx';
import { formatFull, formatRelative, formatTime } from './format.ts';
import type { TimeStyle } from './format.ts';

export interface TimeProps {
  /** Milliseconds since 1970. */
  readonly atMs: number;
  readonly format?: TimeStyle | undefined;
  /** The zone is named after the time: wherever a deadline depends on it. */
  readonly isZoneNamed?: boolean | undefined;
  /** Shows how far from now instead; the instant is on hover then. */
  readonly isRelative?: boolean | undefined;
}

/** An instant in the viewer's zone; the whole of it, with zone and distance, on hover. */
export function Time({
  atMs,
  format = 'auto',
  isZoneNamed = false,
  isRelative = false,
}: TimeProps): ReactNode {
  const { intlTag } = useTexts();
  const now = nowMs();
  const relative = formatRelative(atMs, now, intlTag);
  return (
    <time
      className="time"
      dateTime={new Date(atMs).toISOString()}
      title={`${formatFull(atMs, intlTag)} (${relative})`}
    >
      {isRelative ? relative : formatTime(atMs, { tag: intlTag, style: format, nowMs: now, isZoneNamed })}
    </time>
  );
}
