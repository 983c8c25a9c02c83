/**
 * A grid for thousands of rows: one tab stop, arrows and letters move, Space selects, Enter opens. Rows are drawn as they come into
 * sight; the page scrolls, not a box in it. Sorting and selection belong to the screen. On a phone each row is a card.
 */
import { useWindowVirtualizer, defaultRangeExtractor } from '@tanstack/react-virtual';
import type { Range } from '@tanstack/react-virtual';
import { ArrowDown, ArrowUp } from 'lucide-react';
import {
  useCallback,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import type { CSSProperties, KeyboardEvent, MouseEvent, ReactNode, Ref } from 'react';
import type { GridColumn } from './grid-column.ts';
import { nextSort, rangeOf, stepOf } from './grid-keys.ts';
import type { GridPlace } from './grid-keys.ts';
import { useOnPaper } from '../use-on-paper.ts';
import { DrawnRow } from './grid-row.tsx';
import type { RowActs } from './grid-row.tsx';
import './data-grid.css';

export interface GridSort {
  readonly column: string;
  readonly direction: 'ascending' | 'descending';
}

/** What a screen may do to its grid. */
export interface DataGridHandle {
  /** Puts the focus on the first row, such as when arrow down leaves the search field. */
  focusFirst(): void;
}

export interface DataGridProps<R> {
  /** Says what is listed. */
  readonly label: string;
  readonly columns: readonly GridColumn<R>[];
  readonly rows: readonly R[];
  readonly rowKey: (row: R) => string;
  /** The row's name for screen readers, and of its box to select. */
  readonly rowLabel: (row: R) => string;
  readonly onOpen: (row: R) => void;
  readonly sort?: GridSort | undefined;
  readonly onSort?: ((sort: GridSort) => void) | undefined;
  /** Keys of selected rows; absent: nothing can be selected. */
  readonly selection?: ReadonlySet<string> | undefined;
  readonly onSelectionChange?: ((selection: ReadonlySet<string>) => void) | undefined;
  readonly selectAllLabel?: string | undefined;
  readonly density?: 'comfortable' | 'compact' | undefined;
  /** Single letters j, k and x move and select. */
  readonly areLettersOn?: boolean | undefined;
  readonly rowState?: ((row: R) => 'gone' | 'muted' | undefined) | undefined;
  readonly ref?: Ref<DataGridHandle> | undefined;
}

const phone = '(max-width: 760px)';
const wide = '(min-width: 1180px)';

function useMatches(condition: string): boolean {
  const [isMatched, setIsMatched] = useState(() => window.matchMedia(condition).matches);
  useEffect(() => {
    const query = window.matchMedia(condition);
    const change = (): void => setIsMatched(query.matches);
    query.addEventListener('change', change);
    return () => query.removeEventListener('change', change);
  }, [condition]);
  return isMatched;
}

export function DataGrid<R>({
  label,
  columns: allColumns,
  rows,
  rowKey,
  rowLabel,
  onOpen,
  sort,
  onSort,
  selection,
  onSelectionChange,
  selectAllLabel = '',
  density = 'comfortable',
  areLettersOn = true,
  rowState,
  ref,
}: DataGridProps<R>): ReactNode {
  const grid = useRef<HTMLDivElement>(null);
  const body = useRef<HTMLDivElement>(null);
  const isPhone = useMatches(phone);
  const isWide = useMatches(wide);
  const isOnPaper = useOnPaper();
  const columns = useMemo(
    () => (isWide || isPhone ? allColumns : allColumns.filter((column) => column.isWideOnly !== true)),
    [allColumns, isWide, isPhone],
  );
  const [place, setPlace] = useState<GridPlace>({ row: 0, column: 0 });
  const [top, setTop] = useState(0);
  const anchorRow = useRef(0);
  const wantsFocus = useRef(false);
  const active = Math.min(place.row, rows.length - 1);
  const isSelectable = selection !== undefined && onSelectionChange !== undefined;
  const rowHeight = density === 'compact' ? 36 : 44;

  // What stands above the grid may grow and shrink: bands, filters, other fonts.
  useLayoutEffect(() => {
    const measure = (): void => setTop((body.current?.getBoundingClientRect().top ?? 0) + window.scrollY);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(document.body);
    return () => observer.disconnect();
  }, []);
  const estimate = isPhone ? 68 : rowHeight;
  // Another function has the virtualizer go through all rows again: one of these for as long as the rows are the same.
  const getItemKey = useCallback(
    (index: number): string | number => {
      const row = rows[index];
      return row === undefined ? index : rowKey(row);
    },
    // oxlint-disable-next-line react/exhaustive-deps -- rows of another height are measured anew
    [rows, rowKey, estimate],
  );
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => estimate,
    getItemKey,
    overscan: 6,
    scrollMargin: top,
    scrollPaddingStart: 56,
    scrollPaddingEnd: 96,
    // The row with the focus stays drawn wherever the page is scrolled to.
    rangeExtractor: (range: Range) => {
      const drawn = defaultRangeExtractor(range);
      return active < 0 || drawn.includes(active) ? drawn : [...drawn, active].sort((a, b) => a - b);
    },
  });

  // What cards measured is not how high rows are.
  useLayoutEffect(() => {
    if (!isPhone) virtual.measure();
  }, [isPhone, virtual]);

  const focusPlace = useCallback((): void => {
    if (!wantsFocus.current) return;
    const target = grid.current?.querySelector<HTMLElement>('[data-focus]');
    if (target === null || target === undefined) return;
    wantsFocus.current = false;
    target.focus({ preventScroll: true });
  }, []);
  useEffect(focusPlace);
  const goTo = (next: GridPlace): void => {
    wantsFocus.current = true;
    setPlace(next);
    if (next.row >= 0) virtual.scrollToIndex(next.row, { align: 'auto' });
    else grid.current?.scrollIntoView({ block: 'nearest' });
  };
  useImperativeHandle(ref, () => ({
    focusFirst: () => {
      if (rows.length > 0) goTo({ row: 0, column: place.column });
    },
  }));

  const keys = useMemo(() => rows.map(rowKey), [rows, rowKey]);
  const toggle = (index: number, isRange: boolean): void => {
    const key = keys[index];
    if (!isSelectable || key === undefined) return;
    const next = new Set(selection);
    if (isRange) for (const one of rangeOf(keys, anchorRow.current, index)) next.add(one);
    else if (!next.delete(key)) next.add(key);
    anchorRow.current = index;
    onSelectionChange(next);
  };
  // Of the rows that are shown: a search or a filter may hide others that are selected.
  const isAllSelected = isSelectable && keys.length > 0 && keys.every((key) => selection.has(key));
  const toggleAll = (): void => {
    if (isSelectable) onSelectionChange(isAllSelected ? new Set() : new Set(keys));
  };
  const sortBy = (column: GridColumn<R> | undefined): void => {
    if (column?.isSortable === true) onSort?.(nextSort(sort, column.id));
  };
  const press = (event: KeyboardEvent): void => {
    const isInside =
      event.target instanceof HTMLElement && event.target.closest('button, a, input, [popover]') !== null;
    if (event.defaultPrevented || event.altKey || isInside) return;
    const step = stepOf(
      { key: event.key, isShift: event.shiftKey, isCommand: event.ctrlKey || event.metaKey },
      { row: active, column: place.column },
      {
        rows: rows.length,
        columns: columns.length,
        page: Math.max(1, Math.floor(window.innerHeight / estimate) - 3),
      },
      areLettersOn,
    );
    if (step === undefined) return;
    event.preventDefault();
    const row = rows[active];
    if (step.kind === 'move') {
      if (step.isExtending && isSelectable) {
        const next = new Set(selection);
        for (const key of rangeOf(keys, active, step.to.row)) next.add(key);
        onSelectionChange(next);
      }
      goTo(step.to);
    } else if (step.kind === 'select') toggle(active, event.shiftKey);
    else if (step.kind === 'select-all') toggleAll();
    else if (step.kind === 'sort') sortBy(columns[place.column]);
    else if (step.kind === 'open') {
      if (row !== undefined) onOpen(row);
    } else grid.current?.querySelector<HTMLElement>('[data-focus] [aria-haspopup="menu"]')?.click();
  };
  const click = (event: MouseEvent, index: number): void => {
    const isInside =
      event.target instanceof HTMLElement &&
      event.target.closest('button, a, input, label, [popover]') !== null;
    const row = rows[index];
    const isSelecting = isSelectable && (event.shiftKey || event.ctrlKey || event.metaKey);
    const words = document.getSelection();
    // With shift the browser marks words up to here, which nobody wanted; without, somebody may be marking some.
    if (isSelecting) words?.removeAllRanges();
    if (isInside || row === undefined || words?.type === 'Range') return;
    setPlace({ row: index, column: place.column });
    if (isSelecting) toggle(index, event.shiftKey);
    else onOpen(row);
  };

  const acts = useRef<RowActs>({ click, toggle, arrive: () => undefined });
  useLayoutEffect(() => {
    acts.current = { click, toggle, arrive: (index) => setPlace({ row: index, column: place.column }) };
  });
  const drawn = isOnPaper
    ? rows.map((_, index) => ({ index, key: index, start: top }))
    : virtual.getVirtualItems();
  const tracks = `${isSelectable ? '40px ' : ''}${columns.map((column) => column.width ?? 'minmax(0, 1fr)').join(' ')}`;
  const shift = isSelectable ? 2 : 1;
  return (
    <div
      ref={grid}
      className={`data-grid data-grid-${density}`}
      role="grid"
      aria-label={label}
      aria-rowcount={rows.length + 1}
      aria-colcount={columns.length + shift - 1}
      aria-multiselectable={isSelectable || undefined}
      style={{ '--tracks': tracks } as CSSProperties}
      onKeyDown={press}
    >
      <div role="rowgroup" className="data-grid-head">
        <div role="row" aria-rowindex={1} className="data-grid-row">
          {isSelectable ? (
            <div role="columnheader" aria-colindex={1} className="data-grid-select">
              <input
                type="checkbox"
                tabIndex={-1}
                aria-label={selectAllLabel}
                checked={isAllSelected}
                ref={(box) => {
                  if (box !== null)
                    box.indeterminate =
                      selection.size > 0 && !isAllSelected && keys.some((key) => selection.has(key));
                }}
                onChange={toggleAll}
              />
            </div>
          ) : undefined}
          {columns.map((column, index) => (
            <GridHeading
              key={column.id}
              column={column}
              index={index + shift}
              sort={sort}
              isActive={active < 0 && place.column === index}
              onSort={() => {
                setPlace({ row: -1, column: index });
                sortBy(column);
              }}
            />
          ))}
        </div>
      </div>
      <div ref={body} role="rowgroup" className="data-grid-body" style={{ height: virtual.getTotalSize() }}>
        {drawn.map((item) => {
          const row = rows[item.index];
          if (row === undefined) return undefined;
          return (
            <DrawnRow
              // A row that is measured is its own; others are drawn over when a search or a sort puts another in their place.
              key={isPhone ? item.key : item.index}
              row={row}
              index={item.index}
              offset={item.start - top}
              measure={isPhone ? virtual.measureElement : undefined}
              columns={columns}
              label={rowLabel(row)}
              state={rowState?.(row)}
              isActive={item.index === active}
              isSelected={isSelectable ? selection.has(rowKey(row)) : undefined}
              acts={acts}
            />
          );
        })}
      </div>
    </div>
  );
}

function GridHeading<R>({
  column,
  index,
  sort,
  isActive,
  onSort,
}: {
  readonly column: GridColumn<R>;
  readonly index: number;
  readonly sort: GridSort | undefined;
  readonly isActive: boolean;
  readonly onSort: () => void;
}): ReactNode {
  const direction = sort?.column === column.id ? sort.direction : undefined;
  return (
    <div
      role="columnheader"
      aria-colindex={index}
      aria-sort={column.isSortable === true ? (direction ?? 'none') : undefined}
      className="data-grid-heading"
      data-align={column.align}
      data-sortable={column.isSortable === true ? '' : undefined}
      data-focus={isActive ? '' : undefined}
      tabIndex={isActive ? 0 : -1}
      onClick={onSort}
    >
      <span className={column.isTitleHidden === true ? 'visually-hidden' : 'data-grid-title'}>
        {column.title}
      </span>
      {direction === 'ascending' ? <ArrowUp aria-hidden="true" /> : undefined}
      {direction === 'descending' ? <ArrowDown aria-hidden="true" /> : undefined}
    </div>
  );
}
