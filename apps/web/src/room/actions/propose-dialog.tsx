/** Proposes to destroy documents: names and counts them, says what has to happen before anything is gone, and asks for the count. */
import { Link } from '@tanstack/react-router';
import type { RecordRow } from '@strongroom/device';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { paths } from '../../app/paths.ts';
import { useDeviceMutation } from '../../keys/keys-context.tsx';
import { useTexts } from '../../texts/texts-context.tsx';
import { Button, ConfirmDialog, Dialog, TextArea, useToast } from '../../ui/index.ts';
import { nameOfRecord } from '../document-words.ts';
import { ErrorView } from '../../texts/error-view.tsx';
import { useRoom } from '../room-context.ts';
import './actions.css';

const namedMax = 8;

export function ProposeDialog({
  rows,
  onClose,
}: {
  readonly rows: readonly RecordRow[];
  readonly onClose: () => void;
}): ReactNode {
  const texts = useTexts();
  const { t } = texts;
  const { code, title } = useRoom();
  const toast = useToast();
  const [reason, setReason] = useState('');
  const propose = useDeviceMutation(
    async (keys, records: readonly RecordRow['record'][]) =>
      await keys.device.disposals.propose({
        records,
        ...(reason.trim() === '' ? {} : { reason: reason.trim() }),
      }),
  );
  const held = rows.filter(({ isOnHold }) => isOnHold);
  const waiting = rows.filter(
    (row) => !row.isOnHold && row.disposal !== undefined && row.disposal.state !== 'stopped',
  );
  const meant = rows.filter(
    (row) => row.state === 'present' && !held.includes(row) && !waiting.includes(row),
  );
  if (meant.length === 0) {
    return (
      <Dialog
        size="s"
        title={t('web.room.propose.none')}
        onClose={onClose}
        footer={<Button onClick={onClose}>{t('web.room.close')}</Button>}
      >
        <p>{held.length > 0 ? t('web.room.propose.none.held') : t('web.room.propose.none.waiting')}</p>
        {held.length > 0 ? (
          <Link to={paths.roomHolds} params={{ code }}>
            {t('web.room.holds.show')}
          </Link>
        ) : undefined}
      </Dialog>
    );
  }
  const left = [
    held.length > 0 ? t('web.room.propose.held', { count: held.length }) : undefined,
    waiting.length > 0 ? t('web.room.propose.waiting', { count: waiting.length }) : undefined,
  ].filter((each) => each !== undefined);
  return (
    <ConfirmDialog
      title={t('web.room.propose.title', { count: meant.length, room: title })}
      confirmLabel={t('web.room.propose.go')}
      cancelLabel={t('web.room.cancel')}
      isDanger
      isPending={propose.isPending}
      typed={{
        label: t('web.room.propose.typed', { count: String(meant.length) }),
        expected: String(meant.length),
        reason: t('web.room.propose.typed.reason'),
      }}
      error=<ErrorView error={propose.error} />
      onClose={onClose}
      onConfirm={() => {
        propose.mutate(
          meant.map(({ record }) => record),
          {
            onSuccess: () => {
              toast.show({ tone: 'ok', text: t('web.room.propose.done', { count: meant.length }) });
              onClose();
            },
          },
        );
      }}
    >
      <ul className="named-list">
        {meant.slice(0, namedMax).map((row) => (
          <li key={row.record} dir="auto">
            {nameOfRecord(row, texts)}
          </li>
        ))}
        {meant.length > namedMax ? (
          <li className="row-under">{t('web.room.and-more', { count: meant.length - namedMax })}</li>
        ) : undefined}
      </ul>
      {left.length === 0 ? undefined : <p className="dialog-aside">{left.join(' ')}</p>}
      <p>{t('web.room.propose.how')}</p>
      <TextArea
        label={t('web.room.reason')}
        note={t('web.room.optional')}
        hint={t('web.room.reason.sealed')}
        value={reason}
        onChange={setReason}
        rows={2}
        maxLength={500}
      />
    </ConfirmDialog>
  );
}
