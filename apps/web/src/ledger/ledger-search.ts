/** What may stand in the address of the ledger's screen: ids and kinds. */
import { readLinesSearch } from '../room/room-search.ts';
import type { LinesSearch } from '../room/room-search.ts';

export interface LedgerSearch extends LinesSearch {
  /** Id of a ledger; absent: the office. */
  readonly ledger?: string;
}

/** Reads the search part of the address; what is not understood is left out. */
export function readLedgerSearch(search: Record<string, unknown>): LedgerSearch {
  const { ledger } = search;
  return {
    ...readLinesSearch(search),
    ...(typeof ledger === 'string' && /^[a-z]{3}_[a-z2-7]{26}$/u.test(ledger) ? { ledger } : {}),
  };
}
