/** What a person can learn about himself. */
import type { DeviceContext } from '../device/context.ts';
import type { MineModule } from '../device/mine.ts';
import type { LineBook } from '../ledger/line-book.ts';
import { readMyOpenings } from './my-openings.ts';
import { readMyKit, readMyRecords } from './my-records.ts';

export function createMine(context: DeviceContext, lines: LineBook): MineModule {
  return {
    openings: async (options) => await readMyOpenings(context, lines, options),
    records: async () => await readMyRecords(context, lines),
    kit: async () => await readMyKit(context),
  };
}
