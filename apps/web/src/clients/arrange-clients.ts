/** Which clients are shown and in what order. Pure. */
import type { ClientRow } from '@strongroom/device';
import type { ClientFilters, ClientsSearch, ClientSort } from './clients-search.ts';

/** What filters and sorting need to know besides the rows. */
export interface Arranging {
  readonly me: string;
  readonly nowMs: number;
  readonly intlTag: string;
  readonly groupNames: ReadonlyMap<string, string>;
  readonly personNames: ReadonlyMap<string, string>;
}

/** Whether a client is due to be looked at again. */
export function isReviewDue(row: Pick<ClientRow, 'reviewAtMs'>, nowMs: number): boolean {
  return row.reviewAtMs !== undefined && row.reviewAtMs <= nowMs;
}

/** The rows that the filters leave, in their order. */
export function filterClients(
  rows: readonly ClientRow[],
  filters: ClientFilters,
  { me, nowMs }: Pick<Arranging, 'me' | 'nowMs'>,
): readonly ClientRow[] {
  const { class: clientClass, group, lead, only } = filters;
  return rows.filter(
    (row) =>
      (clientClass === undefined || row.class === clientClass) &&
      (group === undefined || row.vault === group) &&
      (lead === undefined || (lead === 'none' ? row.lead === undefined : row.lead === lead)) &&
      (only === undefined || isOfKind[only](row, me, nowMs)),
  );
}

const isOfKind: Readonly<
  Record<NonNullable<ClientFilters['only']>, (row: ClientRow, me: string, nowMs: number) => boolean>
> = {
  hold: (row) => row.isOnHold,
  frozen: (row) => row.isFrozen,
  review: (row, _me, nowMs) => isReviewDue(row, nowMs),
  mine: (row, me) => row.lead === me,
  managed: (row) => row.mine === 'manager',
};

/** Sorted rows; what has no value stands last in either direction, and equal ones by code. */
export function sortClients(
  rows: readonly ClientRow[],
  { order: sort = 'activity', reversed }: Pick<ClientsSearch, 'order' | 'reversed'>,
  arranging: Arranging,
): readonly ClientRow[] {
  const keyOf = makeKey(sort, arranging);
  const collator = new Intl.Collator(arranging.intlTag, { numeric: true });
  // The newest activity and the highest class are what one looks for: they come first unless it is turned round.
  const isFalling = (sort === 'activity' || sort === 'class') !== (reversed === true);
  const sign = isFalling ? -1 : 1;
  return rows
    .map((row) => ({ row, key: keyOf(row) }))
    .sort((left, right) => {
      if (left.key === undefined || right.key === undefined) {
        const order = Number(left.key === undefined) - Number(right.key === undefined);
        return order === 0 ? byCode(left.row, right.row) : order;
      }
      const order =
        typeof left.key === 'string' && typeof right.key === 'string'
          ? collator.compare(left.key, right.key)
          : Number(left.key) - Number(right.key);
      return order === 0 ? byCode(left.row, right.row) : sign * order;
    })
    .map(({ row }) => row);
}

function byCode(left: ClientRow, right: ClientRow): number {
  return left.code < right.code ? -1 : 1;
}

function makeKey(
  sort: ClientSort,
  { groupNames, personNames }: Arranging,
): (row: ClientRow) => string | number | undefined {
  switch (sort) {
    case 'code':
      return (row) => row.code;
    case 'name':
      return (row) => row.name;
    case 'group':
      return (row) => groupNames.get(row.vault);
    case 'lead':
      return (row) => (row.lead === undefined ? undefined : personNames.get(row.lead));
    case 'class':
      return (row) => row.class;
    case 'review':
      return (row) => row.reviewAtMs;
    case 'activity':
      return (row) => row.lastActivityAtMs;
  }
}
