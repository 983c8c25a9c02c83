/** Whether the browser draws paper: long lists that are drawn as they come into sight are then drawn whole. */
import { useEffect, useState } from 'react';
import { flushSync } from 'react-dom';

/** True from just before the browser lays out paper until it is done. */
export function useOnPaper(): boolean {
  const [isOnPaper, setIsOnPaper] = useState(false);
  useEffect(() => {
    // Paper is drawn right after the event.
    const begin = (): void => flushSync(() => setIsOnPaper(true));
    const end = (): void => setIsOnPaper(false);
    addEventListener('beforeprint', begin);
    addEventListener('afterprint', end);
    return () => {
      removeEventListener('beforeprint', begin);
      removeEventListener('afterprint', end);
    };
  }, []);
  return isOnPaper;
}
