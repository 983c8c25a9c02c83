import { CircleAlert, CircleCheck, Info, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import './band.css';

export type BandKind = 'info' | 'warn' | 'bad' | 'ok';

const icons = { info: Info, warn: TriangleAlert, bad: CircleAlert, ok: CircleCheck };

export interface BandProps {
  readonly kind: BandKind;
  readonly children: ReactNode;
  /** A button or link. */
  readonly action?: ReactNode;
  /** Said to screen readers when it appears. */
  readonly isLive?: boolean | undefined;
  /** Full width above the content, with square corners. */
  readonly isWide?: boolean | undefined;
}

/** A sentence that stays until it is no longer true. */
export function Band({ kind, children, action, isLive = false, isWide = false }: BandProps): ReactNode {
  const Icon = icons[kind];
  return (
    <div
      className={`band band-${kind}`}
      data-wide={isWide ? '' : undefined}
      role={isLive ? 'status' : undefined}
    >
      <Icon aria-hidden="true" />
      <div className="band-text">{children}</div>
      {action === undefined ? undefined : <div className="band-action">{action}</div>}
    </div>
  );
}
