/**
 * What may stand in the address of the clients: classes, ids of groups and people, sort keys. Never a name, and never the words that
 * were searched: those stay in memory.
 */

/** Columns that the list can be sorted by. */
export const clientSorts = ['code', 'name', 'group', 'lead', 'class', 'review', 'activity'] as const;
export type ClientSort = (typeof clientSorts)[number];

/** What else a client can be. */
export const clientKinds = ['hold', 'review', 'mine', 'managed', 'frozen'] as const;
export type ClientKind = (typeof clientKinds)[number];

export type ClientClass = 0 | 1 | 2 | 3;

/** Filters, sort and view of the list. */
export interface ClientsSearch {
  readonly class?: ClientClass;
  /** A vault. */
  readonly group?: string;
  /** A person, or `none`. */
  readonly lead?: string;
  readonly only?: ClientKind;
  /** Absent: those used last first, or the best match first while there are words. */
  readonly order?: ClientSort;
  readonly reversed?: true;
  /** The saved view that was chosen; `all`: none, although one is the default. */
  readonly view?: string;
  /** A dialog over the list. */
  readonly dialog?: 'groups' | 'new-group';
}

/** The part of the address that narrows the list. */
export type ClientFilters = Pick<ClientsSearch, 'class' | 'group' | 'lead' | 'only'>;

/** The part of the address that a saved view keeps. */
export type ViewSearch = ClientFilters & Pick<ClientsSearch, 'order' | 'reversed'>;

const idOf = (value: unknown, prefix: string): string | undefined =>
  typeof value === 'string' && new RegExp(`^${prefix}_[a-z0-9]{1,64}$`).test(value) ? value : undefined;

/** Reads an address; what is not understood is left out. */
export function readClientsSearch(search: Record<string, unknown>): ClientsSearch {
  const clientClass = ([0, 1, 2, 3] as const).find((each) => each === search['class']);
  const group = idOf(search['group'], 'vlt');
  const lead = search['lead'] === 'none' ? 'none' : idOf(search['lead'], 'per');
  const only = clientKinds.find((each) => each === search['only']);
  const sort = clientSorts.find((each) => each === search['order']);
  const { view, dialog } = search;
  return {
    ...(clientClass === undefined ? {} : { class: clientClass }),
    ...(group === undefined ? {} : { group }),
    ...(lead === undefined ? {} : { lead }),
    ...(only === undefined ? {} : { only }),
    ...(sort === undefined ? {} : { order: sort }),
    ...(sort !== undefined && search['reversed'] === true ? { reversed: true } : {}),
    ...(typeof view === 'string' && /^[a-z0-9]{1,32}$/.test(view) ? { view } : {}),
    ...(dialog === 'groups' || dialog === 'new-group' ? { dialog } : {}),
  };
}

/** What a view keeps of an address. */
export function toViewSearch(search: ClientsSearch): ViewSearch {
  const { view: _view, dialog: _dialog, ...kept } = search;
  return kept;
}

/** Whether anything narrows the list. */
export function isFiltered(search: ClientFilters): boolean {
  return (['class', 'group', 'lead', 'only'] as const).some((name) => search[name] !== undefined);
}

/** Whether two addresses show the same. */
export function isSameView(left: ViewSearch, right: ViewSearch): boolean {
  return (['class', 'group', 'lead', 'only', 'order', 'reversed'] as const).every(
    (name) => left[name] === right[name],
  );
}
