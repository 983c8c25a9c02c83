/** The tables as the disk has them: a snapshot, and the records after it. */
import type { WardenContext } from '../context.ts';
import type { StoredTables } from '../storage/table-store.ts';
import { decodeRecord } from './journal-record.ts';
import { Tables } from './tables.ts';

/** @throws IntegrityError WARDEN_STATE_CORRUPT */
export function readTables(context: WardenContext, { snapshot, records }: StoredTables): Tables {
  const { engine, clock } = context;
  const clocks = { nowMs: clock.nowMs(), monotonicMs: clock.monotonicMs() };
  const tables =
    snapshot === undefined ? new Tables(engine) : Tables.decode(engine, snapshot, clocks.monotonicMs);
  for (const record of records) {
    tables.replay(decodeRecord(record), clocks);
    tables.advance(record);
  }
  return tables;
}
