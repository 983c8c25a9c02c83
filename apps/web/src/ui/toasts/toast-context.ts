import { createContext, use } from 'react';

export interface Toast {
  readonly text: string;
  readonly tone?: 'plain' | 'ok' | 'warn' | 'bad' | undefined;
  /** Can be undone for 10 s: the work waits until then. */
  readonly undo?: (() => void) | undefined;
  /** What was held until the time is over, or the person says: now. Never called after undo. */
  readonly held?: { readonly nowLabel: string; readonly onSettled: () => void } | undefined;
  readonly action?: { readonly label: string; readonly onAction: () => void } | undefined;
  /** Milliseconds; 6,000 without and 10,000 with undo; 0: until it is closed. */
  readonly durationMs?: number | undefined;
}

export interface ToastsHandle {
  /** Shows a toast; the answer takes it away again, settled. */
  show(toast: Toast): () => void;
  /** Undoes the newest that can be undone; false where there is none. The `u` key. */
  undoLast(): boolean;
}

export const ToastsContext = createContext<ToastsHandle | undefined>(undefined);

/** Shows toasts. */
export function useToast(): ToastsHandle {
  const handle = use(ToastsContext);
  if (handle === undefined) throw new Error('useToast outside ToastsProvider');
  return handle;
}
