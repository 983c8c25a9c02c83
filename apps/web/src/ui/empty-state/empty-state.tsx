import type { ReactNode } from 'react';
import './empty-state.css';

export interface EmptyStateProps {
  readonly title: ReactNode;
  /** What stands here later, in one sentence. */
  readonly sentence?: ReactNode;
  /** The one next thing to do. */
  readonly action?: ReactNode;
  /** A glyph over the title. */
  readonly icon?: ReactNode;
}

/** What an empty list teaches. */
export function EmptyState({ title, sentence, action, icon }: EmptyStateProps): ReactNode {
  return (
    <div className="empty-state">
      {icon === undefined ? undefined : <div className="empty-state-icon">{icon}</div>}
      <p className="empty-state-title">{title}</p>
      {sentence === undefined ? undefined : <p className="empty-state-sentence">{sentence}</p>}
      {action === undefined ? undefined : <div className="empty-state-action">{action}</div>}
    </div>
  );
}
