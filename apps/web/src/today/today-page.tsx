import type { ReactNode } from 'react';

export function TodayPage(): ReactNode {
  return <h1>TodayPage</h1>;
}
