/** In which order documents stand, and which a search finds. */
import type { RecordRow } from '@strongroom/device';

/** What a list of documents can be ordered by. */
export type DocumentSort = 'name' | 'class' | 'opened' | 'added' | 'size';

/** Every order there is. */
export const documentSorts: readonly DocumentSort[] = ['name', 'class', 'opened', 'added', 'size'];

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

/** Whether the first click on a column shows the greatest first. */
export function isGreatestFirst(sort: DocumentSort): boolean {
  return sort !== 'name';
}

/** A copy in order. Destroyed documents have no name and stand last; ties stand by name. */
export function orderDocuments(
  rows: readonly RecordRow[],
  order: { readonly sort: DocumentSort; readonly isReversed: boolean },
): RecordRow[] {
  const sign = order.isReversed ? -1 : 1;
  return [...rows].sort((left, right) => {
    if (left.state !== right.state) return left.state === 'destroyed' ? 1 : -1;
    return (
      sign * compareBy(order.sort, left, right) ||
      collator.compare(left.name, right.name) ||
      (left.record < right.record ? -1 : 1)
    );
  });
}

function compareBy(sort: DocumentSort, left: RecordRow, right: RecordRow): number {
  switch (sort) {
    case 'name':
      return collator.compare(left.name, right.name);
    case 'class':
      return left.class - right.class;
    case 'opened':
      return (left.lastOpened?.atMs ?? 0) - (right.lastOpened?.atMs ?? 0);
    case 'added':
      return left.writtenAtMs - right.writtenAtMs;
    case 'size':
      return left.sizeBytes - right.sizeBytes;
  }
}

/** A text as it is compared in a search: without case, accents and width. */
function foldText(text: string): string {
  return text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll('ł', 'l')
    .replaceAll('Ł', 'l')
    .toLocaleLowerCase('und');
}

/** Documents whose name, folders or author hold every word. */
export function findDocuments(rows: readonly RecordRow[], text: string): readonly RecordRow[] {
  const words = foldText(text).split(/\s+/u).filter(Boolean);
  if (words.length === 0) return rows;
  return rows.filter((row) => {
    const held = foldText([row.name, ...row.folder, row.authorName ?? ''].join('\n'));
    return words.every((word) => held.includes(word));
  });
}
