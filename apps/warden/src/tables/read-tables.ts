/** The tables as the disk has them: a snapshot, and the records after it. */
import type { WardenContext } from '../context.ts';
import type { StoredTables } from '../storage/table-store.ts';
import { decodeRecord } from './journal-record.ts';
import { Tables } from './tables.ts';

type Clocked = Pick<WardenContext, 'engine' | 'clock'>;

/** @throws IntegrityError WARDEN_STATE_CORRUPT */
export function readTables(
  context: Clocked,
  { snapshot, records }: Pick<StoredTables, 'snapshot' | 'records'>,
): Tables {
  const clocks = readClocks(context);
  const { engine } = context;
  const tables =
    snapshot === undefined ? new Tables(engine) : Tables.decode(engine, snapshot, clocks.monotonicMs);
  for (const record of records) {
    tables.replay(decodeRecord(record), clocks);
    tables.advance(record);
  }
  return tables;
}

/** Both clocks now. */
export function readClocks({ clock }: Pick<WardenContext, 'clock'>): {
  readonly nowMs: number;
  readonly monotonicMs: number;
} {
  return { nowMs: clock.nowMs(), monotonicMs: clock.monotonicMs() };
}
