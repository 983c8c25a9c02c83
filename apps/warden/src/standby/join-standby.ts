/**
 * Brings a standby to where its warden is, inside the warden's queue: the records that it lacks, or, where the journal does not reach back that
 * far, the tables; then the trees it has not, and what its trees have not lost yet. Ends with both in one position, or throws.
 */
import { IntegrityError, compareBytes, encodeHex } from '@strongroom/core';
import type { WardenContext } from '../context.ts';
import type { WardenState } from '../state/warden-state.ts';
import type { Tables } from '../tables/tables.ts';
import { isSamePosition, nextPosition } from './position.ts';
import type { Position } from './position.ts';
import type { StandbyLink } from './standby-link.ts';

export type JoinParts = {
  readonly context: WardenContext;
  readonly state: WardenState;
  readonly tables: Tables;
  /** Where the journal begins, and its records. */
  readonly journalStart: Position;
  /** Whether there is a snapshot before the journal. */
  readonly hasSnapshot: boolean;
  readonly readJournal: () => Promise<readonly Uint8Array[]>;
};

const recordsPerCall = 256;

/** @throws IntegrityError WARDEN_ROLLED_BACK; whatever a call throws */
export async function joinStandby(link: StandbyLink, parts: JoinParts): Promise<void> {
  const { context, state, tables, journalStart } = parts;
  const { client } = link;
  const { session, position, heads, trees } = await client.join();
  const here = tables.position;
  if (position.count > here.count) throw rolledBack();
  // A home from before positions were counted has a snapshot at none.
  const isBlank = heads.length === 0 && parts.hasSnapshot;
  if (position.count < journalStart.count || isBlank) {
    await client.sendTables(session, tables.encode(context.clock.nowMs()));
  } else await sendMissing(link, parts, session, position);

  const commitments = new Map(trees.map(({ ledger, commitment }) => [ledger, commitment]));
  for (const ledger of state.ledgerIds()) {
    const theirs = commitments.get(ledger);
    const ours = state.commitment(ledger);
    if (theirs === undefined)
      await client.sendLedger(session, { ledger, firm: state.firm, pages: state.exportPages(ledger) });
    else if (compareBytes(theirs, ours) !== 0) {
      const ranges = state.deadRanges(ledger);
      // A puncture of a name that it remembers is done: none of another joining, nor of another ledger, is this one.
      const name = `join ${ledger} ${encodeHex(session)}`;
      const { commitment } = await client.puncture({ session, ledger, name, ranges });
      // Something is dead there that lives here: this state is older than it.
      if (compareBytes(commitment, ours) !== 0) throw rolledBack();
    }
  }
  link.becomeCurrent(session, here.count);
}

async function sendMissing(
  { client }: StandbyLink,
  { context, tables, journalStart, readJournal }: JoinParts,
  session: Uint8Array,
  theirs: Position,
): Promise<void> {
  const here = tables.position;
  if (theirs.count === here.count) {
    if (!isSamePosition(theirs, here)) throw rolledBack();
    return;
  }
  const records = await readJournal();
  let at = journalStart;
  const skipped = theirs.count - journalStart.count;
  for (const bytes of records.slice(0, skipped)) at = nextPosition(context.engine, at, bytes);
  if (!isSamePosition(at, theirs)) throw rolledBack();
  for (let from = skipped; from < records.length; from += recordsPerCall) {
    const piece = records.slice(from, from + recordsPerCall);
    await client.sendRecords({ session, from: journalStart.count + from, records: piece });
  }
}

function rolledBack(): IntegrityError {
  return new IntegrityError('WARDEN_ROLLED_BACK');
}
