import type { ReactNode } from 'react';

/** A column of a grid. */
export interface GridColumn<R> {
  readonly id: string;
  readonly title: string;
  readonly cell: (row: R) => ReactNode;
  /** A grid track: `96px`, `minmax(0, 1fr)`; `minmax(0, 1fr)` unless said. */
  readonly width?: string | undefined;
  readonly align?: 'start' | 'end' | undefined;
  readonly isSortable?: boolean | undefined;
  /** What it shows keeps within its cell by itself, so that the cell need not clip it. */
  readonly fits?: boolean | undefined;
  readonly isTitleHidden?: boolean | undefined;
  /** Left out where a window is narrower than a small laptop's. */
  readonly isWideOnly?: boolean | undefined;
  /** On a phone: `main` leads, `aside` at its right, `line` under it (the default), `hidden` is left out. */
  readonly card?: 'main' | 'aside' | 'line' | 'hidden' | undefined;
}
