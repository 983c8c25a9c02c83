/**
 * The ledgers' lines about this person's openings against the receipts of this device. A line that nobody here asked for, and a receipt
 * whose line is gone, are each a sign that somebody lies.
 */
import type { DeviceId, VaultId } from '@strongroom/core';
import { findGrant } from '@strongroom/authority';
import type { DeviceContext } from '../device/context.ts';
import type { MyOpening, MyOpenings, OpeningMatch } from '../device/mine.ts';
import { toRow } from '../ledger/line-book.ts';
import type { LineBook } from '../ledger/line-book.ts';
import type { KeptLine } from '../ledger/line-codec.ts';
import { nameLines } from '../ledger/line-names.ts';
import type { KeptReceipt } from '../releases/receipt-book.ts';

const countDefault = 100;
const kinds: ReadonlySet<string> = new Set(['released', 'listed', 'leased']);

interface Found {
  readonly opening: MyOpening;
  readonly line?: KeptLine;
}

/** @throws the server's refusals */
export async function readMyOpenings(
  context: DeviceContext,
  lines: LineBook,
  options: { readonly from?: number; readonly count?: number } = {},
): Promise<MyOpenings> {
  const { from = 0, count = countDefault } = options;
  await context.book.sync();
  // Receipts first: one that is made while the lines are read has its line in them, not the other way round.
  const { receipts, sinceMs } = await context.receipts.list();
  const found: Found[] = [];
  for (const ledger of context.book.ledgers())
    found.push(...(await readLedger(context, lines, { ledger, receipts, sinceMs })));
  found.sort(
    (left, right) => right.opening.atMs - left.opening.atMs || right.opening.index - left.opening.index,
  );
  const alarming = found.filter(
    ({ opening: { match } }) => match === 'lineWithoutReceipt' || match === 'receiptWithoutLine',
  ).length;
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
    found.push({ line, opening: toOpening(ledger, line, { device, match: matchOf(line, device) }) });
  }
  for (const receipt of mine) {
    const { line, room, kind } = receipt;
    if (line === undefined || shown.get(line.index) === line.hash || !mayRead(receipt)) continue;
    const { index, atMs } = line;
    found.push({
      opening: {
        match: 'receiptWithoutLine',
        ledger,
        index,
        atMs,
        kind,
        device: context.device,
        room,
        records: [],
      },
    });
  }
  return found;

  function matchOf(line: KeptLine, device: DeviceId): OpeningMatch {
    if (device !== context.device) return 'otherDevice';
    if (byIndex.get(line.index)?.line?.hash === line.hash) return 'matched';
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
    ...(line.purpose === undefined ? {} : { purpose: line.purpose }),
  };
}
