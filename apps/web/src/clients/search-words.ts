/**
 * The words that were searched among the clients. They stay in this page's memory, so that going to a room and back keeps them; they
 * never stand in an address, and are gone when this browser locks.
 */
import { useCallback, useSyncExternalStore } from 'react';
import type { KeysClient } from '../keys/keys-client.ts';
import { useKeysClient } from '../keys/keys-context.tsx';

interface Words {
  readonly read: () => string;
  readonly write: (text: string) => void;
  readonly subscribe: (listener: () => void) => () => void;
}

const kept = new WeakMap<KeysClient, Words>();

function wordsOf(client: KeysClient): Words {
  const known = kept.get(client);
  if (known !== undefined) return known;
  const listeners = new Set<() => void>();
  let text = '';
  const write = (next: string): void => {
    if (next === text) return;
    text = next;
    for (const listener of listeners) listener();
  };
  client.subscribe((event) => {
    if (event.event === 'session' && event.state.kind !== 'unlocked') write('');
  });
  const made: Words = {
    read: () => text,
    write,
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
  kept.set(client, made);
  return made;
}

/** The words, and how to change them. */
export function useSearchWords(): readonly [words: string, setWords: (words: string) => void] {
  const words = wordsOf(useKeysClient());
  const text = useSyncExternalStore(words.subscribe, words.read);
  return [text, useCallback((next: string) => words.write(next), [words])];
}
