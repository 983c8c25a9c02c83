import type { ReactNode } from 'react';

export function RoomLedger(): ReactNode {
  return <h1>RoomLedger</h1>;
}
