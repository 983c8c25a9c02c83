/** The tabs of the list, and what may stand in its address. */
import type { DisposalRow } from '@strongroom/device';

export const disposalTabs = ['waiting', 'grace', 'done', 'stopped'] as const;
export type DisposalTab = (typeof disposalTabs)[number];

export interface DisposalSearch {
  readonly tab?: DisposalTab;
}

export function readDisposalSearch(search: Readonly<Record<string, unknown>>): DisposalSearch {
  const tab = disposalTabs.find((each) => each === search['tab']);
  return tab === undefined ? {} : { tab };
}

/** Where a disposal is listed. */
export function tabOf({ state }: Pick<DisposalRow, 'state'>): DisposalTab {
  switch (state) {
    case 'proposed':
      return 'waiting';
    case 'approved':
    case 'intended':
      return 'grace';
    case 'destroyed':
      return 'done';
    case 'stopped':
      return 'stopped';
  }
}
