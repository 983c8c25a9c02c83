import { ArrowDown, ArrowUp } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTexts } from '../../texts/texts-context.tsx';
import { Checkbox } from '../../ui/index.ts';
import { isGreatestFirst } from '../document-order.ts';
import type { DocumentSort } from '../document-order.ts';
import type { RowSelection } from './row-selection.ts';

export interface DocumentsHeadProps {
  readonly order: { readonly sort: DocumentSort; readonly isReversed: boolean } | undefined;
  readonly onSort: ((sort: DocumentSort) => void) | undefined;
  readonly selection: RowSelection | undefined;
  /** What "all" is. */
  readonly records: readonly string[];
}

/** The titles of the columns; with `onSort` they are buttons. */
export function DocumentsHead({ order, onSort, selection, records }: DocumentsHeadProps): ReactNode {
  const { t } = useTexts();
  const chosen =
    selection === undefined ? 0 : records.filter((record) => selection.chosen.has(record)).length;
  const column = (id: string, title: string, sort?: DocumentSort): ReactNode => {
    if (sort === undefined || onSort === undefined) {
      return (
        <th key={id} scope="col" data-column={id}>
          {title}
        </th>
      );
    }
    const isCurrent = order?.sort === sort;
    const isDescending = isCurrent && order.isReversed;
    const Arrow = isDescending ? ArrowDown : ArrowUp;
    return (
      <th
        key={id}
        scope="col"
        data-column={id}
        aria-sort={isCurrent ? (isDescending ? 'descending' : 'ascending') : undefined}
      >
        <button type="button" className="sort-button" onClick={() => onSort(sort)}>
          {title}
          {isCurrent ? <Arrow aria-hidden="true" /> : undefined}
        </button>
      </th>
    );
  };
  return (
    <thead>
      <tr>
        {selection === undefined ? undefined : (
          <th scope="col" data-column="select">
            <Checkbox
              label={t('web.room.select.all')}
              isLabelHidden
              isChecked={records.length > 0 && chosen === records.length}
              isMixed={chosen > 0 && chosen < records.length}
              isDisabled={records.length === 0}
              onChange={(isChecked) => selection.set(records, isChecked)}
            />
          </th>
        )}
        {column('name', t('web.room.column.name'), 'name')}
        {column('class', t('web.room.column.class'), 'class')}
        {column('can-open', t('web.room.column.can-open'))}
        {column('opened', t('web.room.column.opened'), 'opened')}
        {column('keep', t('web.room.column.keep'))}
        <th scope="col" data-column="menu">
          <span className="visually-hidden">{t('web.room.column.actions')}</span>
        </th>
      </tr>
    </thead>
  );
}

/** The order after a click on a column. */
export function nextOrder(
  order: { readonly sort: DocumentSort; readonly isReversed: boolean },
  sort: DocumentSort,
): { readonly sort: DocumentSort; readonly isReversed: boolean } {
  if (order.sort !== sort) return { sort, isReversed: isGreatestFirst(sort) };
  return { sort, isReversed: !order.isReversed };
}
