/** The frame around the screens. What a screen offers in the palette it says with `useCommands` of commands/commands-context.tsx. */
export { AppShell } from './app-shell.tsx';
export { LockScreen } from './lock-screen.tsx';
export { Splash } from './splash.tsx';
