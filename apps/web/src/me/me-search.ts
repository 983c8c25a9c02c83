/** What may stand in the address of a person's own page: the dialog that is open, never a code. */
export interface MeSearch {
  readonly add?: 'device';
}

export function readMeSearch(search: Readonly<Record<string, unknown>>): MeSearch {
  return search['add'] === 'device' ? { add: 'device' } : {};
}
