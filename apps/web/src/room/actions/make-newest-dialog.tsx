/** Somebody saved first, and a copy lies beside it: makes the copy's content the newest version of the document. */
import type { RecordRow } from '@strongroom/device';
import type { ReactNode } from 'react';
import { useDeviceMutation } from '../../keys/keys-context.tsx';
import { ErrorView } from '../../texts/error-view.tsx';
import { useTexts } from '../../texts/texts-context.tsx';
import { ConfirmDialog, useToast } from '../../ui/index.ts';
import { nameOfRecord } from '../document-words.ts';

export interface MakeNewestDialogProps {
  readonly copy: RecordRow;
  readonly original: RecordRow;
  readonly onClose: () => void;
}

export function MakeNewestDialog({ copy, original, onClose }: MakeNewestDialogProps): ReactNode {
  const texts = useTexts();
  const { t } = texts;
  const toast = useToast();
  const name = nameOfRecord(original, texts);
  const make = useDeviceMutation(
    async (keys) =>
      await keys.files.makeNewest({
        copy: { record: copy.record, version: copy.version, labels: copy.labels },
        original: { record: original.record, version: original.version, name: original.name },
      }),
  );
  return (
    <ConfirmDialog
      title={t('web.room.newest.title', { name })}
      confirmLabel={t('web.room.newest.go')}
      cancelLabel={t('web.room.cancel')}
      isPending={make.isPending}
      error={<ErrorView error={make.error} />}
      onClose={onClose}
      onConfirm={() =>
        make.mutate(undefined, {
          onSuccess: ({ version }) => {
            toast.show({ tone: 'ok', text: t('web.room.newest.done', { name, version: String(version) }) });
            onClose();
          },
        })
      }
    >
      <p>{t('web.room.newest.what', { version: String(original.version) })}</p>
    </ConfirmDialog>
  );
}
