/** What may stand in the address of a room's tabs: orders, kinds, ids. No name and no search word. */
import { lineGroups } from '../ledger-words/line-groups.ts';
import type { LineGroup } from '../ledger-words/line-groups.ts';
import { documentSorts } from './document-order.ts';
import type { DocumentSort } from './document-order.ts';

export interface DocumentsSearch {
  /** An opaque id. */
  readonly folder?: string;
  readonly sort?: DocumentSort;
  readonly reversed?: true;
}

export interface LinesSearch {
  readonly group?: LineGroup;
  /** An id. */
  readonly person?: string;
}

/** Reads the address of the documents; what is not understood is left out. */
export function readDocumentsSearch(search: Record<string, unknown>): DocumentsSearch {
  const { folder, reversed } = search;
  const sort = documentSorts.find((each) => each === search['sort']);
  return {
    ...(typeof folder === 'string' && folder !== '' ? { folder } : {}),
    ...(sort === undefined ? {} : { sort }),
    ...(reversed === true ? { reversed } : {}),
  };
}

/** Reads the address of the lines. */
export function readLinesSearch(search: Record<string, unknown>): LinesSearch {
  const { person, group } = search;
  return {
    ...(typeof group === 'string' && Object.hasOwn(lineGroups, group) ? { group: group as LineGroup } : {}),
    ...(typeof person === 'string' && person.startsWith('per_') ? { person } : {}),
  };
}
