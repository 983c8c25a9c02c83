import type { ReactNode } from 'react';

/** Words for screen readers only. */
export function VisuallyHidden({ children }: { readonly children: ReactNode }): ReactNode {
  return <span className="visually-hidden">{children}</span>;
}

/** Content for paper only, such as who printed and when. */
export function PrintOnly({ children }: { readonly children: ReactNode }): ReactNode {
  return <div className="print-only">{children}</div>;
}
