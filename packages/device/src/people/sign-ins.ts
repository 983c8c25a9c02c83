/** When each person last signed in, for whoever may read the office's lines. */
import { officeId } from '@strongroom/core';
import type { PersonId } from '@strongroom/core';
import type { DeviceContext } from '../device/context.ts';
import { readWhereAllowed, toRow } from '../ledger/line-book.ts';
import type { LineBook } from '../ledger/line-book.ts';

export async function readSignIns(context: DeviceContext, lines: LineBook): Promise<Map<PersonId, number>> {
  const last = new Map<PersonId, number>();
  if (!lines.readsAll(officeId)) return last;
  const read = await readWhereAllowed(
    async () => await lines.ofLedger(officeId),
    async () => await lines.ofLedger(officeId, false),
  );
  for (const line of read) {
    if (line.kind !== 'signed-in' || line.facts['ok'] !== 1) continue;
    const { person } = toRow(context, officeId, line);
    if (person !== undefined) last.set(person, line.atMs);
  }
  return last;
}
