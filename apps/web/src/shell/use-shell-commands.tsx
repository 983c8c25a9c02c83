/** What can be done from anywhere: the places, new clients, lock, theme, keys. */
import { useNavigate } from '@tanstack/react-router';
import { localeNames, locales } from '@strongroom/texts';
import { FileInput, Keyboard, Languages, Lock, Moon, Sun, SunMoon, UserPlus } from 'lucide-react';
import { useMemo } from 'react';
import { paths } from '../app/paths.ts';
import { chooseTheme } from '../app/theme.ts';
import { useKeys } from '../keys/keys-context.tsx';
import { useTexts } from '../texts/texts-context.tsx';
import type { MenuItem } from '../ui/index.ts';
import type { Command } from './commands/command.ts';
import { areLettersOn, setLettersOn } from './keyboard/letters.ts';
import { places } from './places.ts';

export interface ShellCommands {
  readonly go: readonly Command[];
  readonly anywhere: readonly Command[];
  /** The same in short, for the menu beside the person's name. */
  readonly menu: readonly MenuItem[];
}

export function useShellCommands({ onKeys }: { readonly onKeys: () => void }): ShellCommands {
  const { t, locale, setLocale } = useTexts();
  const keys = useKeys();
  const navigate = useNavigate();
  return useMemo(() => {
    const turnTheme = (): void => chooseTheme(isDarkShown() ? 'light' : 'dark');
    const lock: Command = {
      id: 'lock',
      label: t('web.shell.lock-now'),
      icon: <Lock aria-hidden="true" />,
      keys: 'Shift L',
      onRun: () => void keys.session.lock(),
    };
    const help: Command = {
      id: 'keys',
      label: t('web.shell.keys'),
      icon: <Keyboard aria-hidden="true" />,
      keys: '?',
      onRun: onKeys,
    };
    const theme: Command = {
      id: 'theme',
      label: isDarkShown() ? t('web.shell.theme.light') : t('web.shell.theme.dark'),
      icon: isDarkShown() ? <Sun aria-hidden="true" /> : <Moon aria-hidden="true" />,
      onRun: turnTheme,
    };
    const systemTheme: Command = {
      id: 'theme-system',
      label: t('web.shell.theme.system'),
      icon: <SunMoon aria-hidden="true" />,
      onRun: () => chooseTheme('system'),
    };
    const letters: Command = {
      id: 'letters',
      label: t(areLettersOn() ? 'web.shell.letters.off' : 'web.shell.letters.on'),
      icon: <Keyboard aria-hidden="true" />,
      onRun: () => setLettersOn(!areLettersOn()),
    };
    const languages = locales
      .filter((each) => each !== locale)
      .map((each): Command => ({
        id: `language-${each}`,
        label: t('web.shell.language', { language: localeNames[each] }),
        words: 'language langue 语言 język',
        icon: <Languages aria-hidden="true" />,
        onRun: () => void setLocale(each),
      }));
    return {
      go: places.map(({ id, label, letter, path, Icon }) => ({
        id,
        label: t(label),
        icon: <Icon aria-hidden="true" />,
        keys: `g ${letter}`,
        onRun: () => void navigate({ to: path }),
      })),
      anywhere: [
        {
          id: 'new-client',
          label: t('web.shell.do.new-client'),
          icon: <UserPlus aria-hidden="true" />,
          onRun: () => void navigate({ to: paths.newClient }),
        },
        {
          id: 'import-clients',
          label: t('web.shell.do.import-clients'),
          icon: <FileInput aria-hidden="true" />,
          onRun: () => void navigate({ to: paths.importClients }),
        },
        lock,
        theme,
        systemTheme,
        ...languages,
        help,
        letters,
      ],
      menu: [help, lock].map(({ onRun, keys: shortcut, ...item }) => ({
        ...item,
        shortcut,
        onSelect: onRun,
      })),
    };
  }, [keys, locale, navigate, onKeys, setLocale, t]);
}

function isDarkShown(): boolean {
  const chosen = document.documentElement.dataset['theme'];
  return chosen === undefined ? matchMedia('(prefers-color-scheme: dark)').matches : chosen === 'dark';
}
