import type { RecordRow } from '@strongroom/device';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { useTexts } from '../../texts/texts-context.tsx';
import { Button, Dialog } from '../../ui/index.ts';
import { findDocuments, orderDocuments } from '../document-order.ts';
import { nameOfRecord } from '../document-words.ts';
import { ProposeDialog } from './propose-dialog.tsx';
import { RecordChecklist } from './record-checklist.tsx';

/** First which documents, then the proposal itself: one dialog takes the place of the other. */
export function ProposeChoice({
  rows,
  onClose,
}: {
  readonly rows: readonly RecordRow[];
  readonly onClose: () => void;
}): ReactNode {
  const texts = useTexts();
  const { t } = texts;
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [isChosen, setIsChosen] = useState(false);
  const [isTried, setIsTried] = useState(false);
  const present = orderDocuments(
    rows.filter(({ state }) => state === 'present'),
    { sort: 'name', isReversed: false },
  );
  if (isChosen)
    return <ProposeDialog rows={present.filter(({ record }) => chosen.has(record))} onClose={onClose} />;
  return (
    <Dialog
      title={t('web.room.propose.choose')}
      description={t('web.room.propose.choose.hint')}
      onClose={onClose}
      onSubmit={() => {
        setIsTried(true);
        if (chosen.size > 0) setIsChosen(true);
      }}
      footer={
        <>
          <Button type="submit" variant="primary">
            {t('web.room.propose.choose.go')}
          </Button>
          <Button onClick={onClose}>{t('web.room.cancel')}</Button>
        </>
      }
    >
      <RecordChecklist
        label={t('web.room.hold.records')}
        rows={present}
        chosen={chosen}
        onChange={setChosen}
        nameOf={(row) => nameOfRecord(row, texts)}
        find={findDocuments}
        error={isTried && chosen.size === 0 ? t('web.room.hold.records.none') : undefined}
      />
    </Dialog>
  );
}
