/** Places a hold on the whole room or on chosen documents. */
import type { RecordRow } from '@strongroom/device';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { useDeviceMutation } from '../../keys/keys-context.tsx';
import { useTexts } from '../../texts/texts-context.tsx';
import { Button, Dialog, RadioGroup, TextArea, useToast } from '../../ui/index.ts';
import { nameOfRecord } from '../document-words.ts';
import { findDocuments, orderDocuments } from '../document-order.ts';
import { ErrorView } from '../../texts/error-view.tsx';
import { useRoom } from '../room-context.ts';
import { RecordChecklist } from './record-checklist.tsx';

export interface HoldDialogProps {
  /** What was selected before; empty: nothing. */
  readonly selected: readonly RecordRow[];
  /** All of the room. */
  readonly rows: readonly RecordRow[];
  readonly onClose: () => void;
}

export function HoldDialog({ selected, rows, onClose }: HoldDialogProps): ReactNode {
  const texts = useTexts();
  const { t } = texts;
  const { room, title } = useRoom();
  const toast = useToast();
  const [scope, setScope] = useState<'room' | 'records'>(selected.length === 0 ? 'room' : 'records');
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set(selected.map(({ record }) => record)));
  const [reason, setReason] = useState('');
  const [isTried, setIsTried] = useState(false);
  const place = useDeviceMutation(
    async (keys, records: readonly RecordRow['record'][]) =>
      await keys.device.holds.place({
        room,
        ...(records.length === 0 ? {} : { records }),
        ...(reason.trim() === '' ? {} : { reason: reason.trim() }),
      }),
  );
  const present = orderDocuments(
    rows.filter(({ state }) => state === 'present'),
    { sort: 'name', isReversed: false },
  );
  const isEmpty = scope === 'records' && chosen.size === 0;
  return (
    <Dialog
      title={t('web.room.hold.title', { room: title })}
      description={t('web.room.hold.meaning')}
      isBusy={place.isPending}
      onClose={onClose}
      onSubmit={() => {
        setIsTried(true);
        if (isEmpty) return;
        const records = present.filter((row) => chosen.has(row.record)).map(({ record }) => record);
        place.mutate(scope === 'room' ? [] : records, {
          onSuccess: () => {
            toast.show({ tone: 'ok', text: t('web.room.hold.done') });
            onClose();
          },
        });
      }}
      footer={
        <>
          <Button type="submit" variant="danger" pending={place.isPending}>
            {t('web.room.hold.go')}
          </Button>
          <Button onClick={onClose}>{t('web.room.cancel')}</Button>
        </>
      }
    >
      <RadioGroup<'room' | 'records'>
        label={t('web.room.hold.scope')}
        value={scope}
        onChange={setScope}
        isFramed
        options={[
          { value: 'room', label: t('web.room.hold.scope.room'), hint: t('web.room.hold.scope.room.hint') },
          {
            value: 'records',
            label: t('web.room.hold.scope.records'),
            hint: t('web.room.hold.scope.records.hint'),
            isDisabled: present.length === 0,
          },
        ]}
      />
      {scope === 'records' ? (
        <RecordChecklist
          label={t('web.room.hold.records')}
          rows={present}
          chosen={chosen}
          onChange={setChosen}
          nameOf={(row) => nameOfRecord(row, texts)}
          find={findDocuments}
          error={isTried && isEmpty ? t('web.room.hold.records.none') : undefined}
        />
      ) : undefined}
      <TextArea
        label={t('web.room.reason')}
        note={t('web.room.optional')}
        hint={t('web.room.hold.reason.hint')}
        value={reason}
        onChange={setReason}
        rows={2}
        maxLength={500}
      />
      <ErrorView error={place.error} />
    </Dialog>
  );
}
