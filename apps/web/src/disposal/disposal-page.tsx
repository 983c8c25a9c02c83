import type { ReactNode } from 'react';

export function DisposalPage(): ReactNode {
  return <h1>DisposalPage</h1>;
}
