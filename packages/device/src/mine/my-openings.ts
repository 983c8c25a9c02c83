/**
 * The ledgers' lines about this person's openings against the receipts of this device. A line that nobody here asked for, and a receipt
 * whose line is gone, are each a sign that somebody lies.
 */
import { officeId } from '@strongroom/core';
import type { DeviceId, VaultId } from '@strongroom/core';
import { findGrant } from '@strongroom/authority';
import type { DeviceContext } from '../device/context.ts';
import type { MyOpening, MyOpenings, OpeningMatch } from '../device/mine.ts';
import { toRow } from '../ledger/line-book.ts';
import { findDispute } from './disputes.ts';
import type { LineBook } from '../ledger/line-book.ts';
import type { KeptLine } from '../ledger/line-codec.ts';
import { erasedAtOf } from '../ledger/retention.ts';
import { nameLines } from '../ledger/line-names.ts';
import type { KeptReceipt } from '../releases/receipt-book.ts';

const countDefault = 100;
const kinds: ReadonlySet<string> = new Set(['released', 'listed', 'leased']);

/** One of this person's openings, with its line where the ledger shows one. */
export interface Found {
  readonly opening: MyOpening;
  /** Entry hash of the line that is there or should be, in hexadecimal. */
  readonly hash: string;
  readonly line?: KeptLine;
}

/** Whether ledger and receipts contradict each other there. */
export function isAlarming({ match }: MyOpening): boolean {
  return match === 'lineWithoutReceipt' || match === 'receiptWithoutLine';
}

/** @throws the server's refusals */
export async function readMyOpenings(
  context: DeviceContext,
  lines: LineBook,
  options: { readonly from?: number; readonly count?: number } = {},
): Promise<MyOpenings> {
  const { from = 0, count = countDefault } = options;
  const { found, sinceMs } = await compareOpenings(context, lines);
  const alarming = found.filter(({ opening }) => isAlarming(opening)).length;
  const openings: MyOpening[] = [];
  for (const { opening, line } of found.slice(from, from + count))
    openings.push(line === undefined ? opening : await withNames(context, opening, line));
  return {
    openings,
    total: found.length,
    alarming,
    ...(sinceMs === undefined ? {} : { receiptsSinceMs: sinceMs }),
  };
}

/** Every line about this person's openings against the receipts kept here, newest first. @throws the server's refusals */
export async function compareOpenings(
  context: DeviceContext,
  lines: LineBook,
  isWanted: (ledger: VaultId) => boolean = () => true,
): Promise<{ readonly found: readonly Found[]; readonly sinceMs?: number }> {
  await context.book.sync();
  // Receipts first: one that is made while the lines are read has its line in them, not the other way round.
  const { receipts: kept, sinceMs } = await context.receipts.list();
  const receipts = kept.filter((receipt) => !isLost(context, receipt));
  const found: Found[] = [];
  for (const ledger of context.book.ledgers().filter(isWanted))
    found.push(...(await readLedger(context, lines, { ledger, receipts, sinceMs })));
  found.sort(
    (left, right) => right.opening.atMs - left.opening.atMs || right.opening.index - left.opening.index,
  );
  return { found, ...(sinceMs === undefined ? {} : { sinceMs }) };
}

/** Whether the line of a receipt is one that a restore says is lost: that is known, and nothing to raise. */
function isLost({ book }: DeviceContext, { ledger, line }: KeptReceipt): boolean {
  const restore = book.office.restores?.at(-1);
  if (restore === undefined || line === undefined) return false;
  if (line.atMs > Math.max(restore.fromMs, restore.signedMs)) return false;
  const keptSize =
    ledger === officeId ? restore.from : book.office.vaults.get(ledger)?.restores?.at(-1)?.size;
  return keptSize !== undefined && line.index >= keptSize;
}

async function withNames(context: DeviceContext, opening: MyOpening, line: KeptLine): Promise<MyOpening> {
  const [row] = await nameLines(context, opening.ledger, [toRow(context, opening.ledger, line)]);
  return row?.names === undefined ? opening : { ...opening, names: row.names };
}

async function readLedger(
  context: DeviceContext,
  lines: LineBook,
  by: {
    readonly ledger: VaultId;
    readonly receipts: readonly KeptReceipt[];
    readonly sinceMs: number | undefined;
  },
): Promise<Found[]> {
  const { ledger } = by;
  const mine = by.receipts.filter((receipt) => receipt.ledger === ledger);
  const byNonce = new Map(mine.map((receipt) => [receipt.nonce, receipt]));
  const byIndex = new Map(
    mine.flatMap((receipt) => (receipt.line === undefined ? [] : [[receipt.line.index, receipt]])),
  );
  const all = await lines.ofLedger(ledger);
  const found: Found[] = [];
  const shown = new Map<number, string>();
  for (const line of all) {
    if (!kinds.has(line.kind)) continue;
    shown.set(line.index, line.hash);
    const { person, device } = toRow(context, ledger, line);
    if (person !== context.person || device === undefined || device === 'warden') continue;
    const match = matchOf(line, device);
    const opening = toOpening(ledger, line, { device, match });
    found.push({ line, hash: line.hash, opening: withDispute(context, opening, line.hash) });
  }
  for (const receipt of mine) {
    const { line, room, kind } = receipt;
    if (line === undefined || shown.get(line.index) === line.hash || !mayRead(receipt)) continue;
    const { hash, index, atMs } = line;
    const { device } = context;
    const opening = { ledger, index, atMs, kind, device, room, records: [] };
    const match = 'receiptWithoutLine';
    found.push({ hash, opening: withDispute(context, { match, ...opening }, hash) });
  }
  return found;

  function matchOf(line: KeptLine, device: DeviceId): OpeningMatch {
    if (device !== context.device) return 'otherDevice';
    if (byIndex.get(line.index)?.line?.hash === line.hash) return 'matched';
    // Of erased words the nonce is gone too: which unanswered request this was cannot be told any more.
    if (erasedAtOf(context, ledger, line) !== undefined) return 'beforeReceipts';
    const asked = line.nonce === undefined ? undefined : byNonce.get(line.nonce);
    if (asked !== undefined && asked.line === undefined) return 'answerLost';
    return by.sinceMs === undefined || line.atMs < by.sinceMs ? 'beforeReceipts' : 'lineWithoutReceipt';
  }

  /** Lines of a room that is closed to this person meanwhile are not shown to him, which proves nothing. */
  function mayRead({ room }: KeptReceipt): boolean {
    const { book } = context;
    if (lines.readsAll(ledger) && book.rooms(ledger).rooms.has(room)) return true;
    return findGrant(book.states(ledger), room, context.person, book.moment(ledger)) !== undefined;
  }
}

function toOpening(
  ledger: VaultId,
  line: KeptLine,
  by: { readonly device: DeviceId; readonly match: OpeningMatch },
): MyOpening {
  return {
    ...by,
    ledger,
    index: line.index,
    atMs: line.atMs,
    kind: line.kind as MyOpening['kind'],
    ...(line.room === undefined ? {} : { room: line.room }),
    records: line.records,
    ...(line.kind === 'listed' && typeof line.facts['count'] === 'number'
      ? { count: line.facts['count'] }
      : {}),
    ...(typeof line.facts['bodies'] === 'number' ? { bodies: line.facts['bodies'] } : {}),
    ...(line.purpose === undefined ? {} : { purpose: line.purpose }),
  };
}

function withDispute(context: DeviceContext, opening: MyOpening, hash: string): MyOpening {
  const dispute = findDispute(context, { ledger: opening.ledger, index: opening.index, hash });
  if (dispute === undefined) return opening;
  const { from: index, fromMs: atMs, to } = dispute.life;
  return { ...opening, disputed: { index, atMs, isClosed: to !== undefined } };
}
