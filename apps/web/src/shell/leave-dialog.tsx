/** Asks once more before everything of a device is removed from this browser. */
import type { ReactNode } from 'react';
import { ErrorView } from '../texts/error-view.tsx';
import { useTexts } from '../texts/texts-context.tsx';
import { ConfirmDialog } from '../ui/index.ts';

export interface LeaveDialogProps {
  readonly name: string;
  readonly isBusy: boolean;
  readonly error: unknown;
  readonly onLeave: () => void;
  readonly onClose: () => void;
}

export function LeaveDialog({ name, isBusy, error, onLeave, onClose }: LeaveDialogProps): ReactNode {
  const { t } = useTexts();
  return (
    <ConfirmDialog
      title={t('web.shell.lock.leave.title', { name })}
      confirmLabel={t('web.shell.lock.leave.confirm')}
      cancelLabel={t('web.shell.cancel')}
      isDanger
      isPending={isBusy}
      error={<ErrorView error={error} />}
      onConfirm={onLeave}
      onClose={onClose}
    >
      <p>{t('web.shell.lock.leave.sentence')}</p>
    </ConfirmDialog>
  );
}
