/** The frame of every screen while this browser is unlocked: places, bands, the screen, the dock, the palette and the keys. */
import { useNavigate } from '@tanstack/react-router';
import { useCallback, useState } from 'react';
import type { ReactNode } from 'react';
import { useKeys } from '../keys/keys-context.tsx';
import { useTexts } from '../texts/texts-context.tsx';
import { useFetched, useToast } from '../ui/index.ts';
import { CommandPalette } from './commands/command-palette.tsx';
import { CommandsProvider, useCommandsStore } from './commands/commands-context.tsx';
import { Dock } from './dock.tsx';
import type { KeyboardDialog as Keyboard } from './keyboard/keyboard-dialog.tsx';
import type { KeyMeaning } from './keyboard/read-key.ts';
import { focusSearch, useKeyboard } from './keyboard/use-keyboard.ts';
import { BottomBar, TopBar } from './phone-bars.tsx';
import { places } from './places.ts';
import { PrintHead } from './print-head.tsx';
import { Rail } from './rail.tsx';
import { useRememberPlaces } from './recent-places.ts';
import { RouteFocus } from './route-focus.tsx';
import { ShellBands } from './shell-bands.tsx';
import { useClientFinder } from './use-client-finder.tsx';
import { useLineFinder } from './use-lines.tsx';
import { useRecent } from './use-recent.tsx';
import { useShellCommands } from './use-shell-commands.tsx';
import './app-shell.css';

const loadKeyboardDialog = async (): Promise<typeof Keyboard> =>
  (await import('./keyboard/keyboard-dialog.tsx')).KeyboardDialog;

export function AppShell({ children }: { readonly children: ReactNode }): ReactNode {
  return (
    <CommandsProvider>
      <Frame>{children}</Frame>
    </CommandsProvider>
  );
}

function Frame({ children }: { readonly children: ReactNode }): ReactNode {
  const { t } = useTexts();
  const keys = useKeys();
  const navigate = useNavigate();
  const toast = useToast();
  const store = useCommandsStore();
  const findClients = useClientFinder();
  const findLines = useLineFinder();
  const readLately = useRecent();
  useRememberPlaces();
  // The palette is part of the frame, so that it stands in the very moment of the key and no letter typed after it is lost.
  const [layer, setLayer] = useState<'palette' | 'keys'>();
  const KeyboardDialog = useFetched(loadKeyboardDialog);
  const close = useCallback(() => setLayer(undefined), []);
  const openKeys = useCallback(() => setLayer('keys'), []);
  const openPalette = useCallback(() => setLayer('palette'), []);
  const { go, anywhere, menu } = useShellCommands({ onKeys: openKeys });

  const obey = (meaning: KeyMeaning): boolean => {
    // One layer at a time: under an open dialog the keys are its own.
    if (layer !== undefined || document.querySelector('dialog[open]') !== null)
      return meaning.kind === 'palette';
    switch (meaning.kind) {
      case 'palette':
        openPalette();
        return true;
      case 'help':
        openKeys();
        return true;
      case 'search':
        if (!focusSearch()) openPalette();
        return true;
      case 'undo':
        return toast.undoLast();
      case 'lock':
        void keys.session.lock();
        return true;
      case 'go': {
        const place = places.find(({ letter }) => letter === meaning.letter);
        if (place !== undefined) void navigate({ to: place.path });
        return place !== undefined;
      }
      case 'letter': {
        const command = store.list().find(({ letter }) => letter === meaning.letter);
        if (command === undefined || command.disabledReason !== undefined) return false;
        command.onRun();
        return true;
      }
      case 'wait':
        return true;
    }
  };
  useKeyboard(obey);
  return (
    <div className="shell">
      <a className="skip-link" href="#main">
        {t('web.shell.skip')}
      </a>
      <TopBar onFind={openPalette} menu={menu} />
      <Rail onFind={openPalette} menu={menu} />
      <div className="shell-column">
        <ShellBands />
        <main id="main" className="shell-main" tabIndex={-1}>
          <PrintHead />
          {children}
        </main>
        <Dock />
      </div>
      <BottomBar />
      <RouteFocus />
      {layer === 'palette' ? (
        <CommandPalette
          here={store.list()}
          go={go}
          anywhere={anywhere}
          findClients={findClients}
          findLines={findLines}
          readLately={readLately}
          onClose={close}
        />
      ) : undefined}
      {layer === 'keys' && KeyboardDialog !== undefined ? (
        <KeyboardDialog here={store.list()} onClose={close} />
      ) : undefined}
    </div>
  );
}
