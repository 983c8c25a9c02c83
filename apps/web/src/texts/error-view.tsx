import type { ReactNode } from 'react';
import { ErrorNotice } from '../ui/index.ts';
import { describeError } from './error-words.ts';
import { useTexts } from './texts-context.tsx';

/** An error that a call threw, shown where it happened. Nothing for no error. */
export function ErrorView({
  error,
  action,
}: {
  readonly error: unknown;
  readonly action?: ReactNode;
}): ReactNode {
  const texts = useTexts();
  if (error === undefined || error === null) return undefined;
  const { title, next, code, isRefusal } = describeError(error, texts);
  return (
    <ErrorNotice
      title={title}
      next={next}
      code={code}
      kind={isRefusal ? 'refusal' : 'fault'}
      action={action}
    />
  );
}
