/** A thing to do from the palette: a screen registers its own while it is shown. */
import type { ReactNode } from 'react';

export interface Command {
  readonly id: string;
  /** A verb: `Grant access`. */
  readonly label: string;
  /** Other words it should be found by. */
  readonly words?: string | undefined;
  readonly icon?: ReactNode;
  /** A single letter that runs it while its screen is shown. */
  readonly letter?: string | undefined;
  /** Keys to show where they are not that letter, such as `g c`. */
  readonly keys?: string | undefined;
  readonly disabledReason?: string | undefined;
  readonly onRun: () => void;
}
