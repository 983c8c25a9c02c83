import type { ReactNode } from 'react';

export function StartPage(): ReactNode {
  return <h1>StartPage</h1>;
}
