import type { ReactNode } from 'react';

export function RoomOverview(): ReactNode {
  return <h1>RoomOverview</h1>;
}
