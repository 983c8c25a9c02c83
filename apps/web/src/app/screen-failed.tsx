import type { ReactNode } from 'react';

export function ScreenFailed(): ReactNode {
  return <h1>!</h1>;
}
