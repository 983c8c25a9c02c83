import type { ReactNode } from 'react';

export function DisposalDetailsPage(): ReactNode {
  return <h1>DisposalDetailsPage</h1>;
}
