import { useId } from 'react';
import type { ReactNode } from 'react';
import './card.css';

export interface CardProps {
  readonly title: ReactNode;
  /** Beside the title, in small grey words. */
  readonly hint?: ReactNode;
  /** Between title and actions, such as a search field. */
  readonly tools?: ReactNode;
  readonly actions?: ReactNode;
  readonly footer?: ReactNode;
  /** The body has room round it; off for tables, lists and ledger tapes. */
  readonly isPadded?: boolean | undefined;
  readonly headingLevel?: 2 | 3 | undefined;
  readonly className?: string | undefined;
  readonly children?: ReactNode;
}

/** A panel with a heading. */
export function Card({
  title,
  hint,
  tools,
  actions,
  footer,
  isPadded = true,
  headingLevel = 2,
  className,
  children,
}: CardProps): ReactNode {
  const titleId = useId();
  const Heading = headingLevel === 2 ? 'h2' : 'h3';
  return (
    <section className={className === undefined ? 'card' : `card ${className}`} aria-labelledby={titleId}>
      <header className="card-head">
        <Heading id={titleId} className="card-title">
          {title}
        </Heading>
        {hint === undefined ? undefined : <p className="card-hint">{hint}</p>}
        {tools === undefined ? undefined : <div className="card-tools">{tools}</div>}
        {actions === undefined ? undefined : <div className="card-actions">{actions}</div>}
      </header>
      {isPadded ? <div className="card-body">{children}</div> : children}
      {footer === undefined ? undefined : <footer className="card-footer">{footer}</footer>}
    </section>
  );
}
