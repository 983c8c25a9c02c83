/**
 * A table for tens of rows, such as a room's documents: on a phone each row is a card
 * (the roles are spelled out because a table that is laid out as a block is no table to a screen reader). For thousands of rows: DataGrid.
 */
import type { ReactNode } from 'react';
import './table.css';

export interface TableColumn<R> {
  readonly id: string;
  readonly title: string;
  readonly cell: (row: R) => ReactNode;
  /** Any CSS width; without it the column takes what is left. */
  readonly width?: string | undefined;
  readonly align?: 'start' | 'end' | undefined;
  /** On a phone: `main` leads the card, `aside` stands at its right, `line` under it (the default), `hidden` is left out. */
  readonly card?: 'main' | 'aside' | 'line' | 'hidden' | undefined;
  /** The title is for screen readers only, as over a column of menus. */
  readonly isTitleHidden?: boolean | undefined;
}

export interface TableProps<R> {
  /** Says what is listed. */
  readonly label: string;
  readonly columns: readonly TableColumn<R>[];
  readonly rows: readonly R[];
  readonly rowKey: (row: R) => string;
  /** Sets a row apart: `gone` for what was destroyed, `selected`, `muted`. */
  readonly rowState?: ((row: R) => 'gone' | 'selected' | 'muted' | undefined) | undefined;
}

export function Table<R>({ label, columns, rows, rowKey, rowState }: TableProps<R>): ReactNode {
  return (
    <table className="table" role="table" aria-label={label}>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map((column) => (
            <th
              key={column.id}
              scope="col"
              role="columnheader"
              data-align={column.align}
              style={column.width === undefined ? undefined : { width: column.width }}
            >
              {column.isTitleHidden === true ? (
                <span className="visually-hidden">{column.title}</span>
              ) : (
                column.title
              )}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row) => (
          <tr key={rowKey(row)} role="row" data-state={rowState?.(row)}>
            {columns.map((column) => (
              <td key={column.id} role="cell" data-align={column.align} data-card={column.card ?? 'line'}>
                {column.cell(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
