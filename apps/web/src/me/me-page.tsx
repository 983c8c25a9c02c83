import type { ReactNode } from 'react';

export function MePage(): ReactNode {
  return <h1>MePage</h1>;
}
