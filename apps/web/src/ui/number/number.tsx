import type { ReactNode } from 'react';
import { useTexts } from '../../texts/texts-context.tsx';
import { formatBytes, formatNumber } from './format.ts';

/** A number as the language writes it. */
export function Num({ value }: { readonly value: number }): ReactNode {
  return formatNumber(useTexts().intlTag, value);
}

/** A size, such as `412 KB`. */
export function Bytes({ value }: { readonly value: number }): ReactNode {
  return <span className="nowrap">{formatBytes(useTexts().intlTag, value)}</span>;
}
