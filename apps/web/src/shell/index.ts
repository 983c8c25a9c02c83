export { AppShell } from './app-shell.tsx';
export { LockScreen } from './lock-screen.tsx';
export { Splash } from './splash.tsx';
