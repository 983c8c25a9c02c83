import { useState } from 'react';
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
  /** Under the words. */
  readonly detail?: ReactNode;
  /** Makes the number a button that opens the line: what the button is called, and what is shown then. */
  readonly more?: { readonly label: string; readonly content: () => ReactNode } | undefined;
}

export interface LedgerTapeProps {
  readonly label: string;
  readonly rows: readonly LedgerRow[];
}

/** Numbered dots on a rule. One line is open at a time. */
export function LedgerTape({ label, rows }: LedgerTapeProps): ReactNode {
  const [openId, setOpenId] = useState<string>();
  return (
    <ol className="ledger-tape" aria-label={label}>
      {rows.map(({ id, index, time, what, hash, tone, detail, more }) => {
        const isOpen = more !== undefined && id === openId;
        return (
          <li key={id} data-tone={tone} data-open={isOpen ? '' : undefined}>
            <span className="ledger-index mono">
              {more === undefined ? (
                index
              ) : (
                <button
                  type="button"
                  aria-label={more.label}
                  aria-expanded={isOpen}
                  onClick={() => setOpenId(isOpen ? undefined : id)}
                >
                  {index}
                </button>
              )}
            </span>
            <span className="ledger-time">{time}</span>
            <div className="ledger-what">
              {what}
              {detail === undefined ? undefined : <div className="ledger-detail">{detail}</div>}
            </div>
            {hash === undefined ? undefined : <span className="ledger-hash mono">{hash}</span>}
            {isOpen ? <div className="ledger-more-of-line">{more.content()}</div> : undefined}
          </li>
        );
      })}
    </ol>
  );
}
