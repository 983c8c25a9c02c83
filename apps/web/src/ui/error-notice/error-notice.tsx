import { CircleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import './error-notice.css';

export interface ErrorNoticeProps {
  /** What happened. */
  readonly title: ReactNode;
  /** What to do now. */
  readonly next?: ReactNode;
  /** The stable code, for whoever helps. */
  readonly code?: string | undefined;
  readonly action?: ReactNode;
  /** A refusal by rule is no fault: amber instead of red. */
  readonly kind?: 'fault' | 'refusal' | undefined;
}

/** An error in words: what happened, what to do, and its code. */
export function ErrorNotice({ title, next, code, action, kind = 'fault' }: ErrorNoticeProps): ReactNode {
  return (
    <div className={`error-notice error-notice-${kind}`} role="alert">
      <CircleAlert aria-hidden="true" />
      <div className="error-notice-words">
        <p className="error-notice-title">{title}</p>
        {next === undefined ? undefined : <p>{next}</p>}
        {code === undefined ? undefined : <p className="error-notice-code mono">{code}</p>}
        {action === undefined ? undefined : <div className="error-notice-action">{action}</div>}
      </div>
    </div>
  );
}
