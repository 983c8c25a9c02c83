/** Hears when the address of the open page gets another fragment: a link that was pasted or chosen while the page stood there. */
import { useEffect } from 'react';

export function useFragment(onChange: () => void): void {
  useEffect(() => {
    addEventListener('hashchange', onChange);
    return () => removeEventListener('hashchange', onChange);
  }, [onChange]);
}
