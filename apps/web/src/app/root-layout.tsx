/** Decides by the session what may be shown: the screens before unlocking, the lock, or the app. */
import { Outlet } from '@tanstack/react-router';
import type { ReactNode } from 'react';

export function RootLayout(): ReactNode {
  return <Outlet />;
}
