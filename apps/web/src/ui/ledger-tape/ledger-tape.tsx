import type { ReactNode } from 'react';
import './ledger-tape.css';

/** One line of a ledger. */
export interface LedgerRow {
  readonly id: string;
  /** The line's number, formatted. */
  readonly index: string;
  readonly time: ReactNode;
  readonly what: ReactNode;
  /** The first groups of its hash. */
  readonly hash?: string | undefined;
  /** Filled dot: red for holds and refusals, green for what was checked. */
  readonly tone?: 'plain' | 'hot' | 'sure' | undefined;
  /** Under the words, when the line is open. */
  readonly detail?: ReactNode;
  /** At the end of the line, such as a menu. */
  readonly action?: ReactNode;
}

export interface LedgerTapeProps {
  readonly label: string;
  readonly rows: readonly LedgerRow[];
}

/** Numbered dots on a rule. */
export function LedgerTape({ label, rows }: LedgerTapeProps): ReactNode {
  return (
    <ol className="ledger-tape" aria-label={label}>
      {rows.map((row) => (
        <li key={row.id} data-tone={row.tone}>
          <span className="ledger-index mono">{row.index}</span>
          <span className="ledger-time">{row.time}</span>
          <div className="ledger-what">
            {row.what}
            {row.detail === undefined ? undefined : <div className="ledger-detail">{row.detail}</div>}
          </div>
          {row.hash === undefined ? undefined : <span className="ledger-hash mono">{row.hash}</span>}
          {row.action === undefined ? undefined : <span className="ledger-action">{row.action}</span>}
        </li>
      ))}
    </ol>
  );
}
