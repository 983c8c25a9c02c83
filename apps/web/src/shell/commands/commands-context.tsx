/** Where screens say what can be done on them. */
import { createContext, use, useEffect, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import type { Command } from './command.ts';

/** Holds what screens registered. */
export interface CommandsStore {
  /** All, the newest screen's first. */
  readonly list: () => readonly Command[];
  readonly register: (read: () => readonly Command[]) => () => void;
}

const CommandsContext = createContext<CommandsStore | undefined>(undefined);

function createStore(): CommandsStore {
  const readers = new Set<() => readonly Command[]>();
  return {
    list: () => [...readers].reverse().flatMap((read) => read()),
    register(read) {
      readers.add(read);
      return () => void readers.delete(read);
    },
  };
}

export function CommandsProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const [store] = useState(createStore);
  return <CommandsContext value={store}>{children}</CommandsContext>;
}

export function useCommandsStore(): CommandsStore {
  const store = use(CommandsContext);
  if (store === undefined) throw new Error('useCommands outside the shell');
  return store;
}

/** Offers commands in the palette, and by their letter, while the calling component is shown. A new array each time is fine. */
export function useCommands(commands: readonly Command[]): void {
  const store = useCommandsStore();
  const latest = useRef(commands);
  useEffect(() => {
    latest.current = commands;
  });
  useEffect(() => store.register(() => latest.current), [store]);
}
