import type { ReactNode } from 'react';

export function RoomPeople(): ReactNode {
  return <h1>RoomPeople</h1>;
}
