import type { ReactNode } from 'react';

export function NewClientPage(): ReactNode {
  return <h1>NewClientPage</h1>;
}
