/** Lists of lines to take away: pseudonymous, or with names under a statement (docs/spec/ledger.md section 13). */
import { encodeHex, LimitError, officeId } from '@strongroom/core';
import { toLineReference } from '../chains/line-reference.ts';
import type { DeviceContext } from '../device/context.ts';
import type { LedgerModule, LineReference, LineReport, LineRow } from '../device/device.ts';
import { nameLines } from './line-names.ts';
import { readPage } from './ledger-pages.ts';
import type { LineBook } from './line-book.ts';

const linesMax = 100_000;

/** @throws the server's refusals; LimitError LIMIT_EXCEEDED */
export async function makeReport(
  context: DeviceContext,
  lines: LineBook,
  options: Parameters<LedgerModule['report']>[0],
): Promise<LineReport> {
  const { book, env } = context;
  const { withNames = false, ...filter } = options;
  const { lines: found, total } = await readPage(context, lines, {
    ...filter,
    count: linesMax,
    withReasons: withNames,
  });
  if (total > found.length) throw new LimitError('LIMIT_EXCEEDED', { name: 'reportLines', max: linesMax });
  const { head, origin } = book.anchor(filter.ledger);
  // Stated before a name is handed out: a list that nobody knows of does not exist.
  const statement = withNames ? await stateNames(context, filter, found.length) : undefined;
  const rows = found.toReversed();
  const shown =
    statement === undefined
      ? rows.map(withoutNames)
      : await nameLines(context, filter.ledger, rows, { mayAsk: true });
  return {
    lines: shown,
    origin,
    size: head.size,
    root: encodeHex(head.root),
    madeAtMs: env.clock.nowMs(),
    ...(statement === undefined ? {} : { statement }),
  };
}

async function stateNames(
  { book, env }: DeviceContext,
  filter: Omit<Parameters<LedgerModule['report']>[0], 'withNames'>,
  lines: number,
): Promise<LineReference> {
  const { ledger: vault, room, person, fromMs = 0, toMs = env.clock.nowMs() } = filter;
  const appended = await book.append<'firm'>({
    ledger: officeId,
    chain: 'firm',
    makeBody: (start) => ({
      k: 'names.exported',
      ...start,
      vault,
      ...(room === undefined ? {} : { room }),
      ...(person === undefined ? {} : { person }),
      fromMs,
      toMs,
      lines,
    }),
  });
  return toLineReference(appended);
}

/** Ids and the client's code stay; names and reasons do not. */
function withoutNames(row: LineRow): LineRow {
  const { names, reason: _reason, isReasonUnreadable: _isUnreadable, givenReason: _given, ...rest } = row;
  return names?.clientCode === undefined ? rest : { ...rest, names: { clientCode: names.clientCode } };
}
