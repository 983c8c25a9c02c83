/** Search as one types: the worker's index answers with places in the list, best first. An answer to older words is thrown away. */
import { StrongroomError } from '@strongroom/core';
import { useEffect, useRef, useState } from 'react';
import type { ClientMatches } from '../keys/contract.ts';
import { useKeys } from '../keys/keys-context.tsx';

/** What was found for which words. */
export interface Matches extends ClientMatches {
  readonly words: string;
}

/**
 * Matches of the words; undefined without words. While new words are looked for, those of the last ones stay. `version` changes when
 * there may be others.
 */
export function useMatches(
  words: string,
  version: unknown,
): { readonly matches: Matches | undefined; readonly error: StrongroomError | undefined } {
  const keys = useKeys();
  const asked = useRef(0);
  const [matches, setMatches] = useState<Matches | undefined>(undefined);
  const [error, setError] = useState<StrongroomError | undefined>(undefined);
  const wanted = words.trim();
  useEffect(() => {
    asked.current += 1;
    const turn = asked.current;
    if (wanted === '') {
      setMatches(undefined);
      return;
    }
    keys.device.clients.match(wanted).then(
      (found) => {
        if (turn !== asked.current) return;
        setMatches({ ...found, words: wanted });
        setError(undefined);
      },
      (cause: unknown) => {
        if (turn !== asked.current) return;
        if (!(cause instanceof StrongroomError)) throw cause;
        setError(cause);
      },
    );
  }, [keys, wanted, version]);
  return wanted === '' ? { matches: undefined, error: undefined } : { matches, error };
}
