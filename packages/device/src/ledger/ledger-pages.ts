/** Pages of lines, newest first, and where each ledger stands. */
import { encodeHex, officeId } from '@strongroom/core';
import type { VaultId } from '@strongroom/core';
import { parseNoteKey } from '@strongroom/ledger';
import type { DeviceContext } from '../device/context.ts';
import type { LedgerModule, LedgerStatus, LineFilter, LinePage } from '../device/device.ts';
import { readVaultNames } from '../vaults/vault-names.ts';
import { toRow } from './line-book.ts';
import type { LineBook } from './line-book.ts';
import type { KeptLine } from './line-codec.ts';
import { nameLines } from './line-names.ts';
import { findGivenReason, readReasons } from './reason-reader.ts';

const countDefault = 100;

/** @throws the server's refusals */
export async function readPage(
  context: DeviceContext,
  lines: LineBook,
  options: Parameters<LedgerModule['page']>[0],
): Promise<LinePage> {
  const { ledger, room, before = Number.MAX_SAFE_INTEGER, count = countDefault } = options;
  await context.book.syncLedger(ledger);
  const all = room === undefined ? await lines.ofLedger(ledger) : await lines.ofRoom(ledger, room);
  const fits = makeFilter(context, options);
  const wanted: KeptLine[] = [];
  let total = 0;
  let isMore = false;
  for (let position = all.length - 1; position >= 0; position--) {
    const line = all[position];
    if (line === undefined || !fits(line)) continue;
    total += 1;
    if (line.index >= before) continue;
    if (wanted.length < count) wanted.push(line);
    else isMore = true;
  }
  const reasons = options.withReasons === true ? await readReasons(context, ledger, wanted) : undefined;
  const rows = wanted.map((line) => {
    const row = toRow(context, ledger, line);
    if (!line.hasReason || row.erasedAtMs !== undefined) return row;
    if (reasons === undefined) return { ...row, ...findGivenReason(context, ledger, line) };
    const reason = reasons.get(line.index);
    return { ...row, ...(reason === undefined ? { isReasonUnreadable: true as const } : { reason }) };
  });
  const last = wanted.at(-1);
  return {
    lines: await nameLines(context, ledger, rows),
    total,
    ...(isMore && last !== undefined ? { before: last.index } : {}),
  };
}

function makeFilter(context: DeviceContext, filter: LineFilter): (line: KeptLine) => boolean {
  const { person, room, record, fromMs = 0, toMs = Number.MAX_SAFE_INTEGER } = filter;
  const kinds = filter.kinds === undefined ? undefined : new Set(filter.kinds);
  return (line) =>
    line.atMs >= fromMs &&
    line.atMs < toMs &&
    (kinds === undefined || kinds.has(line.kind)) &&
    (room === undefined || line.rooms.includes(room)) &&
    (record === undefined || line.records.includes(record)) &&
    (person === undefined || toRow(context, filter.ledger, line).person === person);
}

/** By the firm's statement alone; without one nobody but the operator vouches for a head. */
function witnessesOf(
  { book, env }: DeviceContext,
  ledger: VaultId,
): Pick<LedgerStatus, 'witnesses' | 'witnessedSize'> {
  const head = book.witnessed.findHead(ledger, book.office);
  const names = (head?.cosigners ?? []).map(([vkey]) => parseNoteKey(env.engine, vkey).name);
  return { witnesses: names, witnessedSize: head?.size ?? 0 };
}

/** Every ledger that this device follows, the office first. */
export async function readStatus(context: DeviceContext, lines: LineBook): Promise<LedgerStatus[]> {
  const { book } = context;
  await book.sync();
  const names = await readVaultNames(context);
  return book.ledgers().map((ledger) => {
    const { head, origin } = book.anchor(ledger);
    const name = ledger === officeId ? undefined : names.get(ledger);
    return {
      ledger,
      ...(name === undefined ? {} : { name }),
      origin,
      size: head.size,
      root: encodeHex(head.root),
      atMs: book.rooms(ledger).atMs,
      isFresh: book.isFresh(ledger),
      ...witnessesOf(context, ledger),
      readsAll: lines.readsAll(ledger),
    };
  });
}
