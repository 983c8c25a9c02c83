import type { ReactNode } from 'react';

export function LedgerPage(): ReactNode {
  return <h1>LedgerPage</h1>;
}
