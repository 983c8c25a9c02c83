/** Lines as rows of a tape. */
import type { LineRow } from '@strongroom/device';
import type { ReactNode } from 'react';
import { describeLine } from '../ledger-words/describe-line.tsx';
import { toneOfLine } from '../ledger-words/line-groups.ts';
import { noteOfLine } from '../ledger-words/line-parts.ts';
import type { LinePart, NamesById } from '../ledger-words/line-parts.ts';
import type { Texts } from '../texts/texts-context.tsx';
import { Time, formatLine } from '../ui/index.ts';
import type { LedgerRow } from '../ui/index.ts';
import { shortHash } from './ledger-foot.tsx';

/** How a row is written. */
export interface RowOptions {
  readonly texts: Texts;
  readonly names: NamesById;
  /** What a part of the sentence leads to. */
  readonly show: (part: LinePart, line: LineRow) => ReactNode | undefined;
  /** What is under a line that is opened; absent: lines do not open. */
  readonly more?: ((line: LineRow) => ReactNode) | undefined;
}

export function toLedgerRows(
  lines: readonly LineRow[],
  { texts, names, show, more }: RowOptions,
): readonly LedgerRow[] {
  return lines.map((line) => ({
    id: String(line.index),
    index: formatLine(line.index),
    time: <Time atMs={line.atMs} />,
    what: describeLine(line, texts, { names, show: (part) => show(part, line) }),
    hash: shortHash(line.hash, 2),
    tone: toneOfLine(line),
    detail: noteOfLine(line, texts),
    ...(more === undefined
      ? {}
      : {
          more: {
            label: texts.t('web.ledger.open', { line: formatLine(line.index) }),
            content: () => more(line),
          },
        }),
  }));
}
