/** Which lines existed by when, by the time stamps of an exported ledger. */
import { formatTime } from '../output/format-time.ts';
import type { Output } from '../output/output.ts';
import type { CheckedStamp } from './verify-time-stamps.ts';

/** The newest of each ledger are said; `--json` has all. */
const saidMax = 10;

/** @param hasAuthorities whether somebody said whose stamps count */
export function sayStamps(
  { t, ...output }: Pick<Output, 't' | 'line' | 'warn'>,
  stamps: readonly CheckedStamp[],
  hasAuthorities: boolean,
): void {
  for (const { ledger, file, refused } of stamps)
    if (refused !== undefined)
      output.warn(t('cli.ledger.verify.stamp-refused', { file: `${ledger}/${file}`, reason: refused }));
  if (!hasAuthorities) {
    const count = stamps.filter(({ refused }) => refused === undefined).length;
    if (count > 0) output.line(t('cli.ledger.verify.stamps-unchecked', { count }));
    return;
  }
  if (stamps.length === 0) output.line(t('cli.ledger.verify.no-stamps'));
  for (const ledger of new Set(stamps.map((stamp) => stamp.ledger))) {
    const good = stamps.filter((stamp) => stamp.ledger === ledger && stamp.atMs !== undefined);
    for (const { size, atMs = 0 } of good.slice(-saidMax))
      output.line(t('cli.ledger.verify.stamped', { ledger, line: String(size - 1), date: formatTime(atMs) }));
    if (good.length > saidMax)
      output.line(t('cli.ledger.verify.stamps-more', { ledger, count: good.length - saidMax }));
  }
}
