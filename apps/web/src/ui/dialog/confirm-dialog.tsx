import { useState } from 'react';
import type { ReactNode } from 'react';
import { Button } from '../button/button.tsx';
import { TextField } from '../field/text-field.tsx';
import { Dialog } from './dialog.tsx';

export interface ConfirmDialogProps {
  /** Names the thing and the count: `Destroy 14 documents of Dubois Holdings`. */
  readonly title: ReactNode;
  /** What happens and what cannot be undone. */
  readonly children?: ReactNode;
  /** A verb: `Destroy keys`. */
  readonly confirmLabel: string;
  readonly cancelLabel: string;
  readonly isDanger?: boolean | undefined;
  readonly isPending?: boolean | undefined;
  /** Only for what destroys keys: a word to type first. */
  readonly typed?:
    | { readonly label: ReactNode; readonly expected: string; readonly reason: string }
    | undefined;
  readonly error?: ReactNode;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

/** Asks before a step that cannot be undone. Focus starts at the way out. */
export function ConfirmDialog({
  title,
  children,
  confirmLabel,
  cancelLabel,
  isDanger = false,
  isPending = false,
  typed,
  error,
  onConfirm,
  onClose,
}: ConfirmDialogProps): ReactNode {
  const [word, setWord] = useState('');
  const isTyped =
    typed === undefined || word.trim().toLocaleLowerCase() === typed.expected.trim().toLocaleLowerCase();
  return (
    <Dialog
      role="alertdialog"
      size="s"
      title={title}
      isBusy={isPending}
      onClose={onClose}
      onSubmit={() => {
        if (isTyped) onConfirm();
      }}
      footer={
        <>
          <Button
            type="submit"
            variant={isDanger ? 'danger' : 'primary'}
            pending={isPending}
            disabledReason={isTyped ? undefined : typed.reason}
          >
            {confirmLabel}
          </Button>
          <Button onClick={onClose} autoFocus={typed === undefined}>
            {cancelLabel}
          </Button>
        </>
      }
    >
      {children}
      {typed === undefined ? undefined : (
        <TextField label={typed.label} value={word} onChange={setWord} autoFocus spellCheck={false} />
      )}
      {error}
    </Dialog>
  );
}
