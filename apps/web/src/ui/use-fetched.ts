/** A part of the app that the first screen comes without: fetched once that stands, and tried again away from the server. */
import { useEffect, useState } from 'react';
import { every } from '../clock.ts';

const fetchAgainMs = 5_000;

/** Nothing until it is there. `load` is one and the same function in each call. */
export function useFetched<Part>(load: () => Promise<Part>): Part | undefined {
  const [loaded, setLoaded] = useState<{ readonly part: Part }>();
  useEffect(() => {
    if (loaded !== undefined) return undefined;
    const fetch = (): void =>
      void load().then(
        (part) => setLoaded({ part }),
        () => undefined,
      );
    fetch();
    return every(fetchAgainMs, fetch);
  }, [load, loaded]);
  return loaded?.part;
}
