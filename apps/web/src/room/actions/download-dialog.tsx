/** Takes documents out as one archive. Each is opened for it, so each is a line; the dialog says so before. */
import type { Purpose, RecordRow } from '@strongroom/device';
import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { asksWhy, purposes, whyOf } from '../../document/opening-why.ts';
import type { Why } from '../../document/opening-why.ts';
import { useDeviceMutation, useKeysClient } from '../../keys/keys-context.tsx';
import { useTexts } from '../../texts/texts-context.tsx';
import { ErrorView } from '../../texts/error-view.tsx';
import { Button, Dialog, NativeSelect, Progress, TextField, formatBytes, useToast } from '../../ui/index.ts';
import { startSentence } from '../../texts/start-sentence.ts';
import { saveBlob } from '../../save-blob.ts';
import { findLeftOut } from './left-out.ts';
import { LeftOutDialog } from './left-out-dialog.tsx';

export interface DownloadDialogProps {
  readonly rows: readonly RecordRow[];
  /** The archive's name, without an ending. */
  readonly name: string;
  readonly onClose: () => void;
}

export function DownloadDialog({ rows, name, onClose }: DownloadDialogProps): ReactNode {
  const { t, intlTag } = useTexts();
  const toast = useToast();
  const client = useKeysClient();
  const [purpose, setPurpose] = useState<Purpose>('work');
  const [reason, setReason] = useState('');
  const [done, setDone] = useState({ done: 0, total: 0 });
  const zip = useDeviceMutation(
    async (keys, given: Why) =>
      await keys.files.zip({
        documents: rows.map(({ record, folder, modifiedAtMs }) => ({ record, folder, modifiedAtMs })),
        ...given,
      }),
  );
  useEffect(
    () =>
      client.subscribe((event) => {
        if (event.event === 'progress' && event.of === 'zip') setDone(event);
      }),
    [client],
  );
  const isAsked = asksWhy(rows);
  const why = whyOf({ isAsked, purpose, reason });
  const secret = rows.filter((row) => row.class === 3).length;
  const size = formatBytes(
    intlTag,
    rows.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
  );
  if (zip.data !== undefined && zip.data.refused.length > 0)
    return (
      <LeftOutDialog saved={zip.data.files} left={findLeftOut(rows, zip.data.refused)} onClose={onClose} />
    );
  return (
    <Dialog
      title={t('web.room.download.title', { count: rows.length })}
      description={t('web.room.download.lines', { count: rows.length, size })}
      isBusy={zip.isPending}
      onClose={onClose}
      onSubmit={() => {
        if (why === undefined) return;
        zip.mutate(why, {
          onSuccess: ({ bytes, files, refused }) => {
            if (files > 0) saveBlob(bytes, `${name}.zip`);
            if (refused.length > 0) return;
            toast.show({ tone: 'ok', text: t('web.room.download.done', { count: files }) });
            onClose();
          },
        });
      }}
      footer={
        <>
          <Button
            type="submit"
            variant="primary"
            pending={zip.isPending}
            disabledReason={why === undefined ? t('web.room.reason.missing') : undefined}
          >
            {t('web.room.download.go')}
          </Button>
          <Button onClick={onClose}>{t('web.room.cancel')}</Button>
        </>
      }
    >
      <p>
        {secret === 0
          ? ''
          : `${rows.length === 1 ? t('web.room.download.secret-one') : t('web.room.download.secret', { count: secret })} `}
        {t('web.room.download.outside')}
      </p>
      <NativeSelect<Purpose>
        label={t('web.room.purpose')}
        value={purpose}
        onChange={setPurpose}
        options={purposes.map((value) => ({ value, label: startSentence(t(`purpose.${value}`), intlTag) }))}
      />
      <TextField
        label={t('web.room.reason')}
        note={isAsked ? undefined : t('web.room.optional')}
        hint={t('web.room.reason.sealed')}
        value={reason}
        onChange={setReason}
        maxLength={500}
      />
      {zip.isPending ? (
        <Progress
          label={t('web.room.download.progress')}
          value={done.total === 0 ? undefined : done.done}
          max={Math.max(1, done.total)}
        />
      ) : undefined}
      <ErrorView error={zip.error} />
    </Dialog>
  );
}
