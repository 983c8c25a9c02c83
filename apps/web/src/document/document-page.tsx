import type { ReactNode } from 'react';

export function DocumentPage(): ReactNode {
  return <h1>DocumentPage</h1>;
}
