/** States, in the firm's chain, what the ledgers and the receipts of this device tell differently (docs/spec/ledger.md section 11). */
import { decodeHex, officeId } from '@strongroom/core';
import { toLineReference } from '../chains/line-reference.ts';
import type { VaultId } from '@strongroom/core';
import type { DeviceContext } from '../device/context.ts';
import type { LineReference } from '../device/device.ts';
import type { Reconciled } from '../device/mine.ts';
import type { LineBook } from '../ledger/line-book.ts';
import { compareOpenings, isAlarming } from './my-openings.ts';

/** A device that was put back from a copy would state all it has forgotten. */
const raisedMax = 16;
/** Rooms of a ledger that a quick comparison asks for one by one. */
const quickRoomsMax = 100;

/** @throws the server's refusals */
export async function reconcile(
  context: DeviceContext,
  lines: LineBook,
  options: { readonly quick?: boolean } = {},
): Promise<Reconciled> {
  const isQuick = (ledger: VaultId): boolean =>
    lines.readsAll(ledger) || context.book.rooms(ledger).rooms.size <= quickRoomsMax;
  const { found } = await compareOpenings(context, lines, options.quick === true ? isQuick : undefined);
  const alarming = found.filter(({ opening }) => isAlarming(opening));
  const raised: LineReference[] = [];
  // Newest first: where there are too many, the newest say what is going on.
  for (const { hash, opening } of alarming.filter(({ opening }) => opening.disputed === undefined)) {
    if (raised.length >= raisedMax) break;
    const { ledger: vault, index } = opening;
    const what = opening.match === 'lineWithoutReceipt' ? 'no-receipt' : 'no-line';
    const appended = await context.book.append<'firm'>({
      ledger: officeId,
      chain: 'firm',
      makeBody: (start) => ({
        k: 'opening.disputed',
        ...start,
        what,
        vault,
        index,
        hash: decodeHex(hash),
      }),
    });
    raised.push(toLineReference(appended));
  }
  return { alarming: alarming.length, raised };
}
