import type { ReactNode } from 'react';

export function PeoplePage(): ReactNode {
  return <h1>PeoplePage</h1>;
}
