/** Refusals as lines: at most 60 an hour a device, then they are counted, and the count is one line when the hour is over. */
import { encodeBody, requestHash } from '@strongroom/authority';
import type { SignedRequest } from '@strongroom/authority';
import { encodeCbor } from '@strongroom/core';
import type { DeviceId, VaultId } from '@strongroom/core';
import { limits } from '@strongroom/protocol';
import type { ServerContext } from '../../context.ts';
import { getLedger } from '../ledger/index.ts';

const hourMs = 3_600_000;

/** Writes the refusal of a signed request, or counts it. */
export async function writeRefusal(
  context: ServerContext,
  vault: VaultId,
  signed: SignedRequest,
): Promise<void> {
  const { request } = signed;
  if (!(await countRefusal(context, vault, request.d))) return;
  const hash = requestHash(context.engine, signed.bytes);
  await getLedger(context, vault).append({
    body: encodeBody({
      k: 'refused',
      l: vault,
      d: request.d,
      code: 'ACCESS_DENIED',
      of: request.k,
      count: 1,
    }),
    sigs: [],
    payload: { salt: context.engine.randomBytes(32), bytes: encodeCbor([signed.bytes]) },
    isOnce: false,
    async write(writer, position) {
      await writer
        .insertInto('requests')
        .values({
          device: request.d,
          nonce: request.nonce,
          request_hash: hash,
          position,
          is_released: 0,
          at_ms: context.clock.nowMs(),
        })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    },
  });
}

/** Whether this refusal gets a line of its own. */
async function countRefusal(context: ServerContext, vault: VaultId, device: DeviceId): Promise<boolean> {
  const hour = Math.floor(context.clock.nowMs() / hourMs);
  return await context.folders.open(vault).store.transact(async (writer) => {
    const row = await writer
      .selectFrom('refusal_counts')
      .selectAll()
      .where('device', '=', device)
      .where('hour', '=', hour)
      .executeTakeFirst();
    const hasLine = (row?.lines ?? 0) < limits.refusalLinesPerHourMax;
    const lines = (row?.lines ?? 0) + (hasLine ? 1 : 0);
    const counted = (row?.counted ?? 0) + (hasLine ? 0 : 1);
    await writer
      .insertInto('refusal_counts')
      .values({ device, hour, lines, counted, flushed: 0 })
      .onConflict((conflict) => conflict.columns(['device', 'hour']).doUpdateSet({ lines, counted }))
      .execute();
    return hasLine;
  });
}

/** Writes the counts of hours that are over; a job. Answers how many lines. */
export async function flushRefusals(context: ServerContext, vault: VaultId): Promise<number> {
  const hour = Math.floor(context.clock.nowMs() / hourMs);
  const { store } = context.folders.open(vault);
  const rows = await store.read((db) =>
    db.selectFrom('refusal_counts').selectAll().where('hour', '<', hour).execute(),
  );
  let lines = 0;
  for (const row of rows) {
    if (row.counted > row.flushed) {
      const body = encodeBody({
        k: 'refused',
        l: vault,
        d: row.device as DeviceId,
        code: 'ACCESS_DENIED',
        of: 'open',
        count: row.counted - row.flushed,
      });
      await getLedger(context, vault).append({
        body,
        sigs: [],
        isOnce: false,
        async write(writer) {
          await writer
            .updateTable('refusal_counts')
            .set({ flushed: row.counted })
            .where('device', '=', row.device)
            .where('hour', '=', row.hour)
            .execute();
        },
      });
      lines += 1;
    }
    await store.transact(async (writer) => {
      await writer
        .deleteFrom('refusal_counts')
        .where('device', '=', row.device)
        .where('hour', '=', row.hour)
        .execute();
    });
  }
  return lines;
}
