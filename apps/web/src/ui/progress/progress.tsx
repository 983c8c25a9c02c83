import type { CSSProperties, ReactNode } from 'react';
import './progress.css';

export interface ProgressProps {
  /** What is under way. */
  readonly label: string;
  /** Between 0 and `max`; absent: how long is not known. */
  readonly value?: number | undefined;
  readonly max?: number | undefined;
  readonly tone?: 'act' | 'amber' | 'tape' | 'sure' | undefined;
}

/** A bar of what is done. */
export function Progress({ label, value, max = 100, tone = 'act' }: ProgressProps): ReactNode {
  return <progress className={`progress progress-${tone}`} aria-label={label} max={max} value={value} />;
}

/** Grey lines where content will stand, once it takes long enough to be seen. `label` is said to screen readers. */
export function Skeleton({
  label,
  lines = 3,
}: {
  readonly label: string;
  readonly lines?: number;
}): ReactNode {
  return (
    <div className="skeleton" role="status">
      <span className="visually-hidden">{label}</span>
      {Array.from({ length: lines }, (_, line) => (
        <span
          key={line}
          className="skeleton-line"
          aria-hidden="true"
          style={{ '--length': `${92 - ((line * 37) % 45)}%` } as CSSProperties}
        />
      ))}
    </div>
  );
}
