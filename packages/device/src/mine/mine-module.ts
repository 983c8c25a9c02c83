/** What a person can learn about himself. */
import type { DeviceContext } from '../device/context.ts';
import type { MineModule } from '../device/mine.ts';
import type { LineBook } from '../ledger/line-book.ts';
import { closeDispute, listDisputes } from './disputes.ts';
import { readMyOpenings } from './my-openings.ts';
import { readMyKit, readMyRecords } from './my-records.ts';
import { reconcile } from './reconcile.ts';

export function createMine(context: DeviceContext, lines: LineBook): MineModule {
  return {
    openings: async (options) => await readMyOpenings(context, lines, options),
    reconcile: async (options) => await reconcile(context, lines, options),
    disputes: async () => await listDisputes(context),
    closeDispute: async (dispute) => await closeDispute(context, dispute),
    records: async () => await readMyRecords(context, lines),
    kit: async () => await readMyKit(context),
  };
}
