import type { LineRow } from '@strongroom/device';
import { describeLine } from '../ledger-words/describe-line.tsx';
import { toneOfLine } from '../ledger-words/line-groups.ts';
import { noteOfLine } from '../ledger-words/line-parts.ts';
import type { NamesById } from '../ledger-words/line-parts.ts';
import type { Texts } from '../texts/texts-context.tsx';
import { Time, formatLine } from '../ui/index.ts';
import type { LedgerRow } from '../ui/index.ts';
import { shortHash } from './ledger-foot.tsx';
import { linkOf } from './room-activity.tsx';

/** Lines as rows of a tape. */
export function toLedgerRows(
  lines: readonly LineRow[],
  options: { readonly texts: Texts; readonly names: NamesById; readonly code: string },
): readonly LedgerRow[] {
  const { texts, names, code } = options;
  return lines.map((line) => ({
    id: String(line.index),
    index: formatLine(line.index),
    time: <Time atMs={line.atMs} />,
    what: describeLine(line, texts, { names, show: (part) => linkOf(part, line, code) }),
    hash: shortHash(line.hash, 2),
    tone: toneOfLine(line),
    detail: noteOfLine(line, texts),
  }));
}
