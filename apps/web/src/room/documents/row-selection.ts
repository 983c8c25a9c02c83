/** Chosen rows, and what a row element gets. */
import type { RecordRow } from '@strongroom/device';
import type { MouseEvent } from 'react';
import { rangeOf } from '../../ui/data-grid/grid-keys.ts';

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

/** The rows from one to another, both among them, whichever stands above; the other alone where the first is not listed. */
export function rowsBetween(
  keys: readonly string[],
  first: string | undefined,
  last: string,
): readonly string[] {
  const [from, to] = [first === undefined ? -1 : keys.indexOf(first), keys.indexOf(last)];
  if (to === -1) return [];
  return rangeOf(keys, from === -1 ? to : from, to);
}
