/**
 * A step that a person starts: whether it is under way, what went wrong. Unlike a mutation it does not wait until everything shown was
 * asked for again, which takes a while where there are thousands of clients, and it ends well when its screen is gone.
 */
import { useCallback, useState } from 'react';
import type { Keys } from '../keys/contract.ts';
import { useKeys } from '../keys/keys-context.tsx';

export interface Action<A> {
  readonly run: (argument: A) => void;
  readonly isPending: boolean;
  readonly error: unknown;
  /** Forgets the error. */
  readonly reset: () => void;
}

export function useAction<A>(act: (keys: Keys, argument: A) => Promise<void>): Action<A> {
  const keys = useKeys();
  const [isPending, setIsPending] = useState(false);
  const [error, setError] = useState<unknown>(undefined);
  const run = (argument: A): void => {
    if (isPending) return;
    setIsPending(true);
    setError(undefined);
    const work = async (): Promise<void> => {
      try {
        await act(keys, argument);
      } catch (cause) {
        setError(cause);
      } finally {
        setIsPending(false);
      }
    };
    void work();
  };
  return { run, isPending, error, reset: useCallback(() => setError(undefined), []) };
}
