import { useEffect, useRef } from 'react';
import { areLettersOn } from '../shell/keyboard/letters.ts';

/** Calls back when a letter is pressed alone, outside of fields, menus and dialogs. Without a letter it listens to none. */
export function useLetterKey(letter: string | undefined, onPress: () => void): void {
  const latest = useRef(onPress);
  useEffect(() => {
    latest.current = onPress;
  });
  useEffect(() => {
    if (letter === undefined) return undefined;
    const press = (event: KeyboardEvent): void => {
      if (!areLettersOn()) return;
      if (event.key !== letter || event.altKey || event.ctrlKey || event.metaKey || event.defaultPrevented)
        return;
      const { target } = event;
      if (
        target instanceof Element &&
        target.closest('input, textarea, select, dialog, [popover], [contenteditable]') !== null
      )
        return;
      event.preventDefault();
      latest.current();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, [letter]);
}
