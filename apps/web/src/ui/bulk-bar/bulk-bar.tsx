import type { ReactNode } from 'react';
import './bulk-bar.css';

export interface BulkBarProps {
  /** How many are selected, in words. */
  readonly label: string;
  readonly children: ReactNode;
}

/** What can be done with the selected rows; sticks to the lower edge, above toasts, and takes its own room. */
export function BulkBar({ label, children }: BulkBarProps): ReactNode {
  return (
    <section className="bulk-bar" aria-label={label}>
      <p className="bulk-bar-label" role="status">
        {label}
      </p>
      <div className="bulk-bar-actions">{children}</div>
    </section>
  );
}
