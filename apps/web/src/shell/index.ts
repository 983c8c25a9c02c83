/** The frame around the screens, and what screens may say to it. */
export { AppShell } from './app-shell.tsx';
export type { Command } from './commands/command.ts';
export { useCommands } from './commands/commands-context.tsx';
export { areLettersOn, useLettersOn } from './keyboard/letters.ts';
export { LockScreen } from './lock-screen.tsx';
export { Splash } from './splash.tsx';
