/**
 * The keyboard of a list: one tab stop, arrows or j and k move, Home and End leap, Enter opens, Space looks, x selects, with shift up to
 * the row; right and left go through a row's own links and buttons. Where nothing has the focus, j and k find the first row.
 * Letters do so unless they are switched off.
 */
import { useEffect, useRef, useState } from 'react';
import type { KeyboardEvent, RefObject } from 'react';
import { areLettersOn } from '../../shell/keyboard/letters.ts';

export interface RowKeysOptions {
  /** Keys of the rows, in order. */
  readonly keys: readonly string[];
  readonly onOpen: (key: string) => void;
  readonly onPeek: (key: string) => void;
  readonly onToggle?: ((key: string) => void) | undefined;
  /** From the row that was toggled last. */
  readonly onToggleUpTo?: ((key: string) => void) | undefined;
}

export interface RowKeys {
  readonly list: RefObject<HTMLTableSectionElement | null>;
  readonly active: string | undefined;
  readonly onFocusRow: (key: string) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

export function useRowKeys({ keys, onOpen, onPeek, onToggle, onToggleUpTo }: RowKeysOptions): RowKeys {
  const list = useRef<HTMLTableSectionElement>(null);
  const [chosen, setChosen] = useState<string>();
  const active = chosen !== undefined && keys.includes(chosen) ? chosen : keys[0];

  const focusRow = (key: string | undefined): void => {
    if (key === undefined) return;
    setChosen(key);
    const row = [...(list.current?.querySelectorAll<HTMLElement>('tr[data-row]') ?? [])].find(
      ({ dataset }) => dataset['row'] === key,
    );
    row?.focus();
  };
  const go = (step: number): void => {
    const at = active === undefined ? -1 : keys.indexOf(active);
    focusRow(keys[Math.min(keys.length - 1, Math.max(0, at + step))]);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.defaultPrevented) return;
    if (goAcross(event)) return;
    // Other keys that are pressed on a control inside a row are the control's.
    if (!(event.target instanceof HTMLTableRowElement) || active === undefined) return;
    if (isLetter(event.key) && !areLettersOn()) return;
    const act = actionOf(event.key, {
      next: () => go(1),
      previous: () => go(-1),
      first: () => focusRow(keys[0]),
      last: () => focusRow(keys.at(-1)),
      open: () => onOpen(active),
      peek: () => onPeek(active),
      toggle: onToggle === undefined ? undefined : () => onToggle(active),
      toggleUpTo: onToggleUpTo === undefined ? undefined : () => onToggleUpTo(active),
    });
    if (act === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };
  useFirstRowKeys(() => focusRow(active));
  return { list, active, onFocusRow: setChosen, onKeyDown };
}

/** Right and left among the controls of a row; left of the first, and Escape, is the row itself. */
function goAcross(event: KeyboardEvent): boolean {
  const isBack = event.key === 'ArrowLeft' || event.key === 'Escape';
  const { target } = event;
  if ((!isBack && event.key !== 'ArrowRight') || !(target instanceof HTMLElement)) return false;
  const row = target.closest('tr');
  if (row === null || (isBack && target === row)) return false;
  const stops: readonly HTMLElement[] = [
    row,
    ...row.querySelectorAll<HTMLElement>('a, button, input'),
  ].filter((each) => each.offsetParent !== null);
  const at = stops.indexOf(target);
  const next = event.key === 'Escape' ? row : stops[at + (isBack ? -1 : 1)];
  if (next === undefined) return false;
  event.preventDefault();
  event.stopPropagation();
  next.focus();
  return true;
}

interface Moves {
  readonly next: () => void;
  readonly previous: () => void;
  readonly first: () => void;
  readonly last: () => void;
  readonly open: () => void;
  readonly peek: () => void;
  readonly toggle: (() => void) | undefined;
  readonly toggleUpTo: (() => void) | undefined;
}

function actionOf(key: string, moves: Moves): (() => void) | undefined {
  switch (key) {
    case 'ArrowDown':
    case 'j':
      return moves.next;
    case 'ArrowUp':
    case 'k':
      return moves.previous;
    case 'Home':
      return moves.first;
    case 'End':
      return moves.last;
    case 'Enter':
      return moves.open;
    case ' ':
      return moves.peek;
    case 'x':
      return moves.toggle;
    case 'X':
      return moves.toggleUpTo;
    default:
      return undefined;
  }
}

/** What somebody who switched single keys off does not press for this. */
function isLetter(key: string): boolean {
  return /^\p{L}$/u.test(key);
}

function useFirstRowKeys(onFirst: () => void): void {
  const latest = useRef(onFirst);
  useEffect(() => {
    latest.current = onFirst;
  });
  useEffect(() => {
    const press = (event: globalThis.KeyboardEvent): void => {
      if (event.altKey || event.ctrlKey || event.metaKey || event.defaultPrevented) return;
      if ((event.key !== 'j' && event.key !== 'k') || !areLettersOn()) return;
      const { activeElement } = document;
      if (activeElement !== null && activeElement !== document.body) return;
      event.preventDefault();
      latest.current();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, []);
}
