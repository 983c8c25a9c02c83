/** Listens for the app's keys. */
import { useEffect, useRef } from 'react';
import { after } from '../../clock.ts';
import { areLettersOn } from './letters.ts';
import { readKey } from './read-key.ts';
import type { KeyMeaning } from './read-key.ts';

const waitMs = 1_500;

/** Calls back for each key that means something; the answer says whether it was used. */
export function useKeyboard(onKey: (meaning: KeyMeaning) => boolean): void {
  const latest = useRef(onKey);
  useEffect(() => {
    latest.current = onKey;
  });
  useEffect(() => {
    let cancelWait: (() => void) | undefined;
    const press = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.isComposing || event.key === 'Shift') return;
      const target = event.target instanceof Element ? event.target : undefined;
      const meaning = readKey(
        {
          key: event.key,
          isCommand: event.ctrlKey || event.metaKey,
          isAlt: event.altKey,
          isTyping:
            target?.closest(
              'input:not([type=checkbox], [type=radio]), textarea, select, dialog, [popover], [contenteditable]',
            ) !== null && target !== undefined,
        },
        cancelWait !== undefined,
        areLettersOn(),
      );
      cancelWait?.();
      cancelWait = undefined;
      if (meaning === undefined) return;
      if (meaning.kind === 'wait') {
        cancelWait = after(waitMs, () => {
          cancelWait = undefined;
        });
        return;
      }
      if (latest.current(meaning)) event.preventDefault();
    };
    addEventListener('keydown', press);
    return () => {
      removeEventListener('keydown', press);
      cancelWait?.();
    };
  }, []);
}

/** Puts the focus into the search field of the screen; false where there is none. */
export function focusSearch(): boolean {
  const field = document.querySelector<HTMLInputElement>('main [data-search]');
  field?.focus();
  field?.select();
  return field !== null;
}

/** How the command key is called here. */
export function commandKeyName(): string {
  return /Mac|iPhone|iPad/u.test(navigator.platform) ? '⌘' : 'Ctrl';
}
