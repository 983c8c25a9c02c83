import type { ReactNode } from 'react';

export function ImportClientsPage(): ReactNode {
  return <h1>ImportClientsPage</h1>;
}
