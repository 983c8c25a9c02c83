import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { paths } from '../app/paths.ts';

/** The frame of every screen. */
export function AppShell({ children }: { readonly children: ReactNode }): ReactNode {
  return (
    <div className="app-shell">
      <nav aria-label="Main">
        <Link to={paths.clients}>Clients</Link>
      </nav>
      <main id="main">{children}</main>
    </div>
  );
}
