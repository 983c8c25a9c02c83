/** What can be done with the selected clients. */
import type { PersonId } from '@strongroom/core';
import type { ClientRow } from '@strongroom/device';
import { CalendarClock, Download, UserRound } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { useTexts } from '../../texts/texts-context.tsx';
import { BulkBar, Button, DateField, Dialog, Progress } from '../../ui/index.ts';
import { fromDay } from '../dates.ts';
import { PersonPicker } from '../person-picker.tsx';
import { useClientsExport } from './use-clients-export.ts';
import { useBulkChange } from './use-bulk-change.ts';
import type { BulkProgress } from './use-bulk-change.ts';

export function ClientsBulk({
  rows,
  onClear,
}: {
  readonly rows: readonly ClientRow[];
  readonly onClear: () => void;
}): ReactNode {
  const { t } = useTexts();
  const [asking, setAsking] = useState<'lead' | 'review' | undefined>(undefined);
  const { progress, run, stop } = useBulkChange();
  const exportRows = useClientsExport();
  const count = rows.length;
  return (
    <>
      <BulkBar label={t('web.clients.bulk.selected', { count })}>
        {progress === undefined ? (
          <>
            <Button size="s" icon={<UserRound aria-hidden="true" />} onClick={() => setAsking('lead')}>
              {t('web.clients.bulk.lead')}
            </Button>
            <Button size="s" icon={<CalendarClock aria-hidden="true" />} onClick={() => setAsking('review')}>
              {t('web.clients.bulk.review')}
            </Button>
            <Button size="s" icon={<Download aria-hidden="true" />} onClick={() => exportRows(rows)}>
              {t('web.clients.bulk.export')}
            </Button>
            <Button size="s" variant="quiet" onClick={onClear}>
              {t('web.clients.bulk.clear')}
            </Button>
          </>
        ) : (
          <BulkRunning progress={progress} onStop={stop} />
        )}
      </BulkBar>
      {asking === 'lead' ? (
        <LeadDialog
          count={count}
          onClose={() => setAsking(undefined)}
          onLead={(lead) => run(rows, { lead }, (done) => t('web.clients.bulk.lead.done', { count: done }))}
        />
      ) : undefined}
      {asking === 'review' ? (
        <ReviewDialog
          count={count}
          onClose={() => setAsking(undefined)}
          onReview={(reviewAtMs) =>
            run(rows, { reviewAtMs }, (done) => t('web.clients.bulk.review.done', { count: done }))
          }
        />
      ) : undefined}
    </>
  );
}

function BulkRunning({
  progress,
  onStop,
}: {
  readonly progress: BulkProgress;
  readonly onStop: () => void;
}): ReactNode {
  const { t } = useTexts();
  const words = t('web.clients.bulk.progress', { done: progress.doneCount, total: progress.totalCount });
  return (
    <div className="clients-bulk-progress">
      <Progress label={words} value={progress.doneCount} max={progress.totalCount} />
      <span className="nowrap">{words}</span>
      <Button size="s" onClick={onStop}>
        {t('web.clients.bulk.stop')}
      </Button>
    </div>
  );
}

function LeadDialog({
  count,
  onLead,
  onClose,
}: {
  readonly count: number;
  readonly onLead: (lead: PersonId | null) => void;
  readonly onClose: () => void;
}): ReactNode {
  const { t } = useTexts();
  const [lead, setLead] = useState<PersonId | undefined>(undefined);
  const [isTried, setIsTried] = useState(false);
  const choose = (chosen: PersonId | null): void => {
    onClose();
    onLead(chosen);
  };
  return (
    <Dialog
      size="s"
      title={t('web.clients.bulk.lead.title', { count })}
      description={t('web.clients.bulk.lead.sentence')}
      onClose={onClose}
      onSubmit={() => (lead === undefined ? setIsTried(true) : choose(lead))}
      footer={
        <>
          <Button type="submit" variant="primary">
            {t('web.clients.bulk.lead')}
          </Button>
          <Button onClick={() => choose(null)}>{t('web.clients.bulk.lead.none')}</Button>
          <Button variant="quiet" onClick={onClose}>
            {t('web.clients.cancel')}
          </Button>
        </>
      }
    >
      <PersonPicker
        label={t('web.clients.column.lead')}
        value={lead}
        onChange={setLead}
        error={isTried && lead === undefined ? t('web.clients.person.missing') : undefined}
        autoFocus
      />
    </Dialog>
  );
}

function ReviewDialog({
  count,
  onReview,
  onClose,
}: {
  readonly count: number;
  readonly onReview: (atMs: number | null) => void;
  readonly onClose: () => void;
}): ReactNode {
  const { t } = useTexts();
  const [day, setDay] = useState('');
  const [isTried, setIsTried] = useState(false);
  const atMs = fromDay(day);
  const choose = (chosen: number | null): void => {
    onClose();
    onReview(chosen);
  };
  return (
    <Dialog
      size="s"
      title={t('web.clients.bulk.review.title', { count })}
      description={t('web.clients.bulk.review.sentence')}
      onClose={onClose}
      onSubmit={() => (atMs === undefined ? setIsTried(true) : choose(atMs))}
      footer={
        <>
          <Button type="submit" variant="primary">
            {t('web.clients.bulk.review')}
          </Button>
          <Button onClick={() => choose(null)}>{t('web.clients.bulk.review.none')}</Button>
          <Button variant="quiet" onClick={onClose}>
            {t('web.clients.cancel')}
          </Button>
        </>
      }
    >
      <DateField
        label={t('web.clients.field.review')}
        value={day}
        onChange={setDay}
        error={isTried && atMs === undefined ? t('web.clients.field.review.missing') : undefined}
      />
    </Dialog>
  );
}
