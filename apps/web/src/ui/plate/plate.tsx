/** The deed plate: the label of a room or a case, steel with a thin brass double line. One on a page; nothing else there is dark. */
import type { ReactNode } from 'react';
import './plate.css';

/** One fact under the title. */
export interface PlateFact {
  readonly id: string;
  readonly label: string;
  readonly value: ReactNode;
}

export interface PlateProps {
  /** In mono above the title. */
  readonly code?: ReactNode;
  readonly title: ReactNode;
  readonly subtitle?: ReactNode;
  readonly actions?: ReactNode;
  readonly facts?: readonly PlateFact[] | undefined;
  /** Hold tape under the plate. */
  readonly tape?: ReactNode;
}

export function Plate({ code, title, subtitle, actions, facts = [], tape }: PlateProps): ReactNode {
  return (
    <div className="plate-and-tape">
      <header className="plate" data-taped={tape === undefined ? undefined : ''}>
        <div className="plate-line">
          <div className="plate-words">
            {code === undefined ? undefined : <p className="plate-code">{code}</p>}
            <h1 className="plate-title">{title}</h1>
            {subtitle === undefined ? undefined : <p className="plate-subtitle">{subtitle}</p>}
          </div>
          {actions === undefined ? undefined : <div className="plate-actions">{actions}</div>}
          {facts.length === 0 ? undefined : (
            <dl className="plate-facts">
              {facts.map((fact) => (
                <div key={fact.id}>
                  <dt>{fact.label}</dt>
                  <dd>{fact.value}</dd>
                </div>
              ))}
            </dl>
          )}
        </div>
      </header>
      {tape}
    </div>
  );
}
