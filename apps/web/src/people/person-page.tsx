import type { ReactNode } from 'react';

export function PersonPage(): ReactNode {
  return <h1>PersonPage</h1>;
}
