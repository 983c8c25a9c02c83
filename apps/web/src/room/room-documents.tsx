import type { ReactNode } from 'react';

export function RoomDocuments(): ReactNode {
  return <h1>RoomDocuments</h1>;
}
