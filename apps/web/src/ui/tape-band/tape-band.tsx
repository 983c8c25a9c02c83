import type { ReactNode } from 'react';
import { HoldTapeGlyph } from '../icons/glyphs.tsx';
import './tape-band.css';

export interface TapeBandProps {
  /** What may not be destroyed, and since when. */
  readonly children: ReactNode;
  /** A link or button at the far end, such as the hold order. */
  readonly action?: ReactNode;
  /** Stands alone with all corners round, not under a plate. */
  readonly isAlone?: boolean | undefined;
}

/** Hold tape: the only solid red on a page. It draws across once. */
export function TapeBand({ children, action, isAlone = false }: TapeBandProps): ReactNode {
  return (
    <div className="tape-band" data-alone={isAlone ? '' : undefined}>
      <HoldTapeGlyph />
      <p>{children}</p>
      {action === undefined ? undefined : <div className="tape-band-action">{action}</div>}
    </div>
  );
}
