import type { ReactNode } from 'react';

export function RoomHolds(): ReactNode {
  return <h1>RoomHolds</h1>;
}
