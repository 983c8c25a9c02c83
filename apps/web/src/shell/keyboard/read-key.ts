/** What a key means anywhere in the app: a pure function of the key and of a `g` that was pressed just before. */

export interface PressedKey {
  readonly key: string;
  readonly isCommand: boolean;
  readonly isAlt: boolean;
  /** The focus is in a field, a menu or a dialog: letters belong to it. */
  readonly isTyping: boolean;
}

export type KeyMeaning =
  | { readonly kind: 'palette' }
  | { readonly kind: 'help' }
  | { readonly kind: 'search' }
  | { readonly kind: 'undo' }
  | { readonly kind: 'lock' }
  /** A `g`: the next letter says where to. */
  | { readonly kind: 'wait' }
  | { readonly kind: 'go'; readonly letter: string }
  /** Perhaps a command of the screen that is shown. */
  | { readonly kind: 'letter'; readonly letter: string };

/** Undefined: the key is not the app's. */
export function readKey(
  pressed: PressedKey,
  isAfterG: boolean,
  areLettersOn: boolean,
): KeyMeaning | undefined {
  const { key } = pressed;
  if (pressed.isCommand) return key.toLowerCase() === 'k' && !pressed.isAlt ? { kind: 'palette' } : undefined;
  if (pressed.isTyping || pressed.isAlt || !areLettersOn || key.length !== 1) return undefined;
  if (isAfterG) return { kind: 'go', letter: key.toLowerCase() };
  if (key === '?') return { kind: 'help' };
  if (key === '/') return { kind: 'search' };
  if (key === 'g') return { kind: 'wait' };
  if (key === 'u') return { kind: 'undo' };
  if (key === 'L') return { kind: 'lock' };
  return /^[a-z]$/u.test(key) ? { kind: 'letter', letter: key } : undefined;
}
