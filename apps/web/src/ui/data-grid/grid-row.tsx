/** One row of a grid. While the page scrolls only rows that come into sight are drawn; the others stay as they were. */
import { memo } from 'react';
import type { MouseEvent, ReactNode, RefObject } from 'react';
import type { GridColumn } from './grid-column.ts';

/** What a row tells its grid. */
export interface RowActs {
  readonly click: (event: MouseEvent, index: number) => void;
  readonly toggle: (index: number, isRange: boolean) => void;
  readonly arrive: (index: number) => void;
}

interface DrawnRowProps<R> {
  readonly row: R;
  readonly index: number;
  readonly offset: number;
  readonly measure: ((element: HTMLDivElement | null) => void) | undefined;
  readonly columns: readonly GridColumn<R>[];
  readonly label: string;
  readonly state: 'gone' | 'muted' | undefined;
  readonly isActive: boolean;
  /** Undefined: rows cannot be selected. */
  readonly isSelected: boolean | undefined;
  readonly acts: RefObject<RowActs>;
}

function OneRow<R>({
  row,
  index,
  offset,
  measure,
  columns,
  label,
  state,
  isActive,
  isSelected,
  acts,
}: DrawnRowProps<R>): ReactNode {
  const shift = isSelected === undefined ? 1 : 2;
  return (
    <div
      ref={measure}
      data-index={index}
      role="row"
      className="data-grid-row"
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      aria-label={label}
      data-state={state}
      data-focus={isActive ? '' : undefined}
      tabIndex={isActive ? 0 : -1}
      style={{ top: offset }}
      onClick={(event) => acts.current.click(event, index)}
      onFocus={(event) => {
        if (event.target === event.currentTarget && !isActive) acts.current.arrive(index);
      }}
    >
      {isSelected === undefined ? undefined : (
        <div role="gridcell" aria-colindex={1} className="data-grid-select">
          <input
            type="checkbox"
            tabIndex={-1}
            aria-label={label}
            checked={isSelected}
            onChange={(event) => {
              const { nativeEvent } = event;
              acts.current.toggle(index, 'shiftKey' in nativeEvent && nativeEvent.shiftKey === true);
            }}
          />
        </div>
      )}
      {columns.map((column, place) => (
        <div
          key={column.id}
          role="gridcell"
          aria-colindex={place + shift}
          className="data-grid-cell"
          data-align={column.align}
          data-card={column.card ?? 'line'}
          data-fits={column.fits === true ? '' : undefined}
        >
          {column.cell(row)}
        </div>
      ))}
    </div>
  );
}

export const DrawnRow = memo(OneRow) as typeof OneRow;
