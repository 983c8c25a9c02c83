/** What an archive of documents holds, and what was left out of it. */
import type { RecordId } from '@strongroom/core';

/** A document that could not be opened, with the code of the refusal. */
export interface LeftOut<R> {
  readonly row: R;
  readonly code: string;
}

/** The documents that were left out, in the order in which they were asked for. */
export function findLeftOut<R extends { readonly record: RecordId }>(
  rows: readonly R[],
  refused: readonly { readonly record: RecordId; readonly code: string }[],
): readonly LeftOut<R>[] {
  const codes = new Map(refused.map(({ record, code }) => [record, code]));
  return rows.flatMap((row) => {
    const code = codes.get(row.record);
    return code === undefined ? [] : [{ row, code }];
  });
}
