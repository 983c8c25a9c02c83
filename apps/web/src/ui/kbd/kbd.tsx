import type { ReactNode } from 'react';
import './kbd.css';

/** Keys to press, such as `Ctrl K` or `g c`; a space stands between keys. */
export function Kbd({ keys }: { readonly keys: string }): ReactNode {
  return <kbd className="kbd">{keys}</kbd>;
}
