import { Outlet } from '@tanstack/react-router';
import type { ReactNode } from 'react';

export function RoomPage(): ReactNode {
  return <Outlet />;
}
