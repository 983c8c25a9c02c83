import type { ReactNode } from 'react';

export function NotFound(): ReactNode {
  return <h1>404</h1>;
}
