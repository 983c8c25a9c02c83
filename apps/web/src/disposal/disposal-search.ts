/** What may stand in the address of the disposals: which of them are shown. */
import type { DisposalRow } from '@strongroom/device';

/** Where a disposal stands, as the tabs put it. */
export type DisposalTab = 'waiting' | 'grace' | 'done' | 'stopped';

/** The tabs in the order of a disposal's life. */
export const disposalTabs: readonly DisposalTab[] = ['waiting', 'grace', 'done', 'stopped'];

export interface DisposalSearch {
  /** Absent: those that wait for a second person. */
  readonly show?: DisposalTab;
}

/** Reads the search part of the address; what is not understood is left out. */
export function readDisposalSearch(search: Readonly<Record<string, unknown>>): DisposalSearch {
  const show = disposalTabs.find((tab) => tab === search['show']);
  return show === undefined ? {} : { show };
}

/** The tab under which a disposal is found. */
export function tabOf(state: DisposalRow['state']): DisposalTab {
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
