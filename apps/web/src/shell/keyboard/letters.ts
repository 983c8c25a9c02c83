/** Whether single letters do things. Somebody who speaks to the machine, or presses by chance, switches them off (WCAG 2.1.4). */
import { useSyncExternalStore } from 'react';

const storageKey = 'strongroom.letters';
const listeners = new Set<() => void>();

/** On unless switched off in this browser. */
export function areLettersOn(): boolean {
  return localStorage.getItem(storageKey) !== 'off';
}

export function setLettersOn(isOn: boolean): void {
  if (isOn) localStorage.removeItem(storageKey);
  else localStorage.setItem(storageKey, 'off');
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

export function useLettersOn(): boolean {
  return useSyncExternalStore(subscribe, areLettersOn);
}
