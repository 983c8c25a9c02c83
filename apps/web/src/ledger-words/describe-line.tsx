/** A ledger line in words, for every screen that shows lines. */
import type { LineRow } from '@strongroom/device';
import { Fragment } from 'react';
import type { ReactNode } from 'react';
import { partsOfLine } from './line-parts.ts';
import type { LinePart, LineWords, NamesById } from './line-parts.ts';
import './line.css';

/** How a part is shown where a screen wants more than plain words, such as a link to a document. Undefined: as it would be. */
export type ShowPart = (part: LinePart) => ReactNode | undefined;

/** The sentence of a line with its people in bold. `names` adds to those that the line brings. */
export function describeLine(
  line: LineRow,
  texts: LineWords,
  options: { readonly names?: NamesById; readonly show?: ShowPart } = {},
): ReactNode {
  return partsOfLine(line, texts, options.names).map((part, place) => (
    // Parts have no identity but their place in the sentence.
    <Fragment key={place}>{options.show?.(part) ?? showPart(part)}</Fragment>
  ));
}

function showPart(part: LinePart): ReactNode {
  if (part.kind === 'person') return <b>{part.text}</b>;
  if (part.kind === 'record') return <span dir="auto">{part.text}</span>;
  return part.text;
}
