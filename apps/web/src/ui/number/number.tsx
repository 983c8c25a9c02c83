import type { ReactNode } from 'react';
import { useTexts } from '../../texts/texts-context.tsx';
import { formatBytes } from './format.ts';

/** A size, such as `412 KB`. */
export function Bytes({ value }: { readonly value: number }): ReactNode {
  return <span className="nowrap">{formatBytes(useTexts().intlTag, value)}</span>;
}
