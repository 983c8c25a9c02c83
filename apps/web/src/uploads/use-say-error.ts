import { useCallback } from 'react';
import { describeError } from '../texts/error-words.ts';
import { useTexts } from '../texts/texts-context.tsx';
import { useToast } from '../ui/index.ts';

/** Says in a toast what went wrong, for work that no dialog waits for. */
export function useSayError(): (error: unknown) => void {
  const { find } = useTexts();
  const toast = useToast();
  return useCallback(
    (error) => void toast.show({ tone: 'bad', text: describeError(error, { find }).title }),
    [find, toast],
  );
}
