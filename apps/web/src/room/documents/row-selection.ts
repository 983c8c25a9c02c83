/** Chosen rows, and what a row element gets. */
import type { RecordRow } from '@strongroom/device';
import type { MouseEvent } from 'react';

/** Which rows are chosen, and how that changes. */
export interface RowSelection {
  readonly chosen: ReadonlySet<string>;
  readonly set: (records: readonly string[], isChosen: boolean) => void;
}

/** What a row element gets. */
export interface RowProps {
  readonly 'data-row': string;
  readonly tabIndex: 0 | -1;
  readonly onFocus: () => void;
  readonly onClick: (event: MouseEvent) => void;
}

/** Records that can be chosen: what is destroyed cannot be moved, taken out or destroyed again. */
export function choosable(rows: readonly RecordRow[]): readonly string[] {
  return rows.filter(({ state }) => state === 'present').map(({ record }) => record);
}
