/** Decides by the session what may be shown: the screens before unlocking, the lock, or the app. */
import { Navigate, Outlet, useLocation, useRouterState } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useSession } from '../keys/keys-context.tsx';
import { AppShell, LockScreen, Splash } from '../shell/index.ts';
import { Gate } from './gate.tsx';
import { paths } from './paths.ts';

const publicPaths: ReadonlySet<string> = new Set([
  paths.start,
  paths.signIn,
  paths.adoptMe,
  paths.invitation,
]);

export function RootLayout(): ReactNode {
  const session = useSession();
  const { pathname } = useLocation();
  // Until the new screen is there the one before is still in the outlet, and most need the shell around them.
  const isPublicShown = useRouterState({
    select: ({ matches }) => publicPaths.has(matches.at(-1)?.pathname ?? ''),
  });
  if (publicPaths.has(pathname))
    return session.kind === 'starting' || !isPublicShown ? <Splash /> : <Outlet />;
  switch (session.kind) {
    case 'starting':
      return <Splash />;
    case 'blank':
      return <Navigate to={session.isFirmThere === false ? paths.start : paths.signIn} replace />;
    case 'locked':
      return <LockScreen session={session} />;
    case 'unlocked':
      return (
        <AppShell>
          <Gate>
            <Outlet />
          </Gate>
        </AppShell>
      );
  }
}
