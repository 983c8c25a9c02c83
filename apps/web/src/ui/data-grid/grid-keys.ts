/** What a key does in a grid: a pure function of where the person stands. Row -1 is the header. */

export interface GridPlace {
  readonly row: number;
  /** Counts in the header only; rows are moved through as a whole. */
  readonly column: number;
}

export interface GridSize {
  readonly rows: number;
  readonly columns: number;
  /** Rows that fit in the window. */
  readonly page: number;
}

export interface GridKey {
  readonly key: string;
  readonly isShift: boolean;
  readonly isCommand: boolean;
}

export type GridStep =
  | { readonly kind: 'move'; readonly to: GridPlace; readonly isExtending: boolean }
  | { readonly kind: 'select' }
  | { readonly kind: 'select-all' }
  | { readonly kind: 'open' }
  | { readonly kind: 'sort' }
  | { readonly kind: 'menu' };

/** The step a key asks for; undefined: the key is not the grid's. `areLettersOn` is false where single letters are switched off. */
export function stepOf(
  pressed: GridKey,
  place: GridPlace,
  size: GridSize,
  areLettersOn: boolean,
): GridStep | undefined {
  const key = areLettersOn && !pressed.isCommand ? letterAs(pressed.key) : pressed.key;
  const move = (row: number): GridStep => ({
    kind: 'move',
    to: { row: Math.max(-1, Math.min(row, size.rows - 1)), column: place.column },
    isExtending: pressed.isShift && place.row >= 0 && row >= 0,
  });
  if (pressed.isCommand && key.toLowerCase() === 'a') return { kind: 'select-all' };
  if (pressed.isCommand && key !== 'Home' && key !== 'End') return undefined;
  if (place.row < 0) {
    if (key === 'ArrowRight' || key === 'ArrowLeft') {
      const column = place.column + (key === 'ArrowRight' ? 1 : -1);
      return {
        kind: 'move',
        to: { row: -1, column: Math.max(0, Math.min(column, size.columns - 1)) },
        isExtending: false,
      };
    }
    if (key === 'Enter' || key === ' ') return { kind: 'sort' };
  }
  switch (key) {
    case 'ArrowDown':
      return move(place.row + 1);
    case 'ArrowUp':
      return move(place.row - 1);
    case 'PageDown':
      return move(Math.max(0, place.row) + size.page);
    case 'PageUp':
      return move(Math.max(0, place.row - size.page));
    case 'Home':
      return move(0);
    case 'End':
      return move(size.rows - 1);
    case ' ':
      return { kind: 'select' };
    case 'Enter':
      return { kind: 'open' };
    case 'ContextMenu':
      return { kind: 'menu' };
    case 'F10':
      return pressed.isShift ? { kind: 'menu' } : undefined;
    default:
      return undefined;
  }
}

function letterAs(key: string): string {
  return { j: 'ArrowDown', k: 'ArrowUp', x: ' ' }[key] ?? key;
}

/** The keys between two rows, both included: what shift selects. */
export function rangeOf(keys: readonly string[], from: number, to: number): readonly string[] {
  return keys.slice(Math.max(0, Math.min(from, to)), Math.max(from, to) + 1);
}

/** The next direction of a column's sort: ascending, descending, ascending. */
export function nextSort(
  current: { readonly column: string; readonly direction: 'ascending' | 'descending' } | undefined,
  column: string,
): { readonly column: string; readonly direction: 'ascending' | 'descending' } {
  const isTurned = current?.column === column && current.direction === 'ascending';
  return { column, direction: isTurned ? 'descending' : 'ascending' };
}
