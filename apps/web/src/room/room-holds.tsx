/** What may not be destroyed, and what is to be: holds in force and lifted, disposals with their state. */
import { Link } from '@tanstack/react-router';
import type { DisposalRow, HoldRow, RecordRow } from '@strongroom/device';
import { formatList } from '@strongroom/texts';
import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { paths } from '../app/paths.ts';
import { useDeviceMutation } from '../keys/keys-context.tsx';
import { useCommands } from '../shell/commands/commands-context.tsx';
import { useTexts } from '../texts/texts-context.tsx';
import type { Texts } from '../texts/texts-context.tsx';
import { Button, Card, ConfirmDialog, EmptyState, HoldTapeGlyph, Skeleton, useToast } from '../ui/index.ts';
import { useDocumentActions } from './actions/document-actions-context.ts';
import { ProposeChoice } from './actions/propose-choice.tsx';
import { nameOfRecord } from './document-words.ts';
import { ErrorView } from '../texts/error-view.tsx';
import { HoldReason } from './hold-reason.tsx';
import { useRoom } from './room-context.ts';
import { useDisposals, useHolds, useMyRights, useNames, useRecords } from './room-queries.ts';
import { useWhen } from './use-when.ts';

export function RoomHolds(): ReactNode {
  return (
    <div className="room-halves">
      <HoldsCard />
      <DisposalsCard />
    </div>
  );
}

function HoldsCard(): ReactNode {
  const { t } = useTexts();
  const { room } = useRoom();
  const holds = useHolds(room);
  const rights = useMyRights(room);
  const { ask } = useDocumentActions();
  const open = holds.data?.filter(({ state }) => state === 'open') ?? [];
  const lifted = holds.data?.filter(({ state }) => state === 'lifted') ?? [];
  return (
    <Card
      title={t('web.room.holds.title')}
      isPadded={false}
      actions={
        <Button
          size="s"
          icon={<HoldTapeGlyph />}
          disabledReason={rights.isOfficer ? undefined : t('web.room.only-officers')}
          onClick={() => ask({ kind: 'hold', rows: [] })}
        >
          {t('web.room.hold.place')}
        </Button>
      }
    >
      <p className="card-say">{t('web.room.hold.meaning')}</p>
      <ErrorView error={holds.error} />
      {holds.data === undefined && holds.error === null ? (
        <Skeleton label={t('web.room.holds.loading')} lines={3} />
      ) : undefined}
      {holds.data?.length === 0 ? (
        <EmptyState icon={<HoldTapeGlyph />} title={t('web.room.holds.none')} />
      ) : undefined}
      <ul className="rows">
        {[...open, ...lifted].map((hold) => (
          <HoldEntry key={hold.hold} hold={hold} />
        ))}
      </ul>
    </Card>
  );
}

function HoldEntry({ hold }: { readonly hold: HoldRow }): ReactNode {
  const texts = useTexts();
  const { t } = texts;
  const { room } = useRoom();
  const names = useNames();
  const records = useRecords(room);
  const rights = useMyRights(room);
  const when = useWhen();
  const [isAsked, setIsAsked] = useState(false);
  const isOpen = hold.state === 'open';
  const placedBy = names.get(hold.placedBy) ?? t('web.room.person.nameless');
  return (
    <li className="hold-row" data-state={hold.state}>
      <HoldTapeGlyph />
      <div className="hold-words">
        <p>
          <b>
            {hold.records.length === 0
              ? t('web.room.holds.whole')
              : t('web.room.holds.records', { count: hold.records.length })}
          </b>
          <span className={isOpen ? 'state-hot' : 'muted'}> {t(`state.hold.${hold.state}`)}</span>
        </p>
        {hold.records.length === 0 ? undefined : (
          <p className="hold-names">{namesOf(hold.records, records.rows ?? [], texts)}</p>
        )}
        <p className="row-under">
          {t('web.room.holds.placed-by', { who: placedBy, date: when(hold.placedAtMs, 'date') })}
        </p>
        <HoldReason hold={hold} />
      </div>
      {isOpen && rights.isOfficer ? (
        <Button
          size="s"
          disabledReason={hold.needsOther ? t('web.room.lift.not-own') : undefined}
          onClick={() => setIsAsked(true)}
        >
          {t('web.room.lift')}
        </Button>
      ) : undefined}
      {isAsked ? <LiftDialog hold={hold} onClose={() => setIsAsked(false)} /> : undefined}
    </li>
  );
}

function LiftDialog({ hold, onClose }: { readonly hold: HoldRow; readonly onClose: () => void }): ReactNode {
  const { t } = useTexts();
  const { title } = useRoom();
  const toast = useToast();
  const lift = useDeviceMutation(
    async (keys, id: HoldRow['hold']) => await keys.device.holds.lift({ hold: id }),
  );
  return (
    <ConfirmDialog
      title={t('web.room.lift.title', { room: title })}
      confirmLabel={t('web.room.lift')}
      cancelLabel={t('web.room.cancel')}
      isPending={lift.isPending}
      error=<ErrorView error={lift.error} />
      onClose={onClose}
      onConfirm={() =>
        lift.mutate(hold.hold, {
          onSuccess: () => {
            toast.show({ tone: 'ok', text: t('web.room.lift.done') });
            onClose();
          },
        })
      }
    >
      <p>
        {hold.records.length === 0
          ? t('web.room.lift.what.room')
          : t('web.room.lift.what.records', { count: hold.records.length })}
      </p>
    </ConfirmDialog>
  );
}

function DisposalsCard(): ReactNode {
  const { t } = useTexts();
  const { room } = useRoom();
  const disposals = useDisposals(room);
  const rights = useMyRights(room);
  const records = useRecords(room);
  const [isChoosing, setIsChoosing] = useState(false);
  const canPropose = (records.rows ?? []).some(({ state }) => state === 'present');
  const proposing = {
    label: t('web.room.menu.propose'),
    icon: <Trash2 aria-hidden="true" />,
    disabledReason: !rights.mayDispose
      ? t('web.room.only-managers')
      : canPropose
        ? undefined
        : t('web.room.disposals.nothing'),
  };
  useCommands([{ id: 'propose', ...proposing, onRun: () => setIsChoosing(true) }]);
  return (
    <Card
      title={t('web.room.disposals.title')}
      isPadded={false}
      actions={
        <Button
          size="s"
          icon={proposing.icon}
          disabledReason={proposing.disabledReason}
          onClick={() => setIsChoosing(true)}
        >
          {proposing.label}
        </Button>
      }
    >
      <p className="card-say">{t('web.room.disposals.meaning')}</p>
      <ErrorView error={disposals.error} />
      {disposals.data === undefined && disposals.error === null ? (
        <Skeleton label={t('web.room.disposals.loading')} lines={3} />
      ) : undefined}
      {disposals.data?.length === 0 ? (
        <EmptyState icon={<Trash2 aria-hidden="true" />} title={t('web.room.disposals.none')} />
      ) : undefined}
      <ul className="rows">
        {disposals.data?.map((disposal) => (
          <DisposalEntry key={disposal.disposal} disposal={disposal} />
        ))}
      </ul>
      {isChoosing ? (
        <ProposeChoice rows={records.rows ?? []} onClose={() => setIsChoosing(false)} />
      ) : undefined}
    </Card>
  );
}

const tones: Readonly<Record<DisposalRow['state'], string>> = {
  proposed: 'state-wait',
  approved: 'state-hot',
  intended: 'state-hot',
  stopped: 'muted',
  destroyed: 'muted',
};

function DisposalEntry({ disposal }: { readonly disposal: DisposalRow }): ReactNode {
  const texts = useTexts();
  const { t } = texts;
  const { room } = useRoom();
  const names = useNames();
  const records = useRecords(room);
  const when = useWhen();
  return (
    <li className="hold-row">
      <Trash2 aria-hidden="true" />
      <div className="hold-words">
        <p>
          <Link to={paths.disposalDetails} params={{ disposal: disposal.disposal }} className="hold-link">
            {t('web.room.disposals.count', { count: disposal.records.length })}
          </Link>
          <span className={tones[disposal.state]}> {t(`state.disposal.${disposal.state}`)}</span>
        </p>
        {disposal.state === 'destroyed' ? undefined : (
          <p className="hold-names">{namesOf(disposal.records, records.rows ?? [], texts)}</p>
        )}
        <p className="row-under">
          {t('web.room.disposals.proposed-by', {
            who: names.get(disposal.proposedBy) ?? t('web.room.person.nameless'),
            date: when(disposal.proposedAtMs, 'date'),
          })}
          {disposal.dueAtMs === undefined || disposal.state !== 'approved'
            ? undefined
            : ` ${t('web.room.disposals.due', { time: when(disposal.dueAtMs, 'date-time', true) })}`}
        </p>
      </div>
      {disposal.state === 'destroyed' ? (
        <Link to={paths.disposalDetails} params={{ disposal: disposal.disposal }}>
          {t('web.room.keep.certificate')}
        </Link>
      ) : undefined}
    </li>
  );
}

const namedMax = 4;

function namesOf(ids: readonly string[], rows: readonly RecordRow[], texts: Texts): string {
  const known = new Map<string, RecordRow>(rows.map((row) => [row.record, row]));
  const said = ids.slice(0, namedMax).map((id) => {
    const row = known.get(id);
    return row === undefined ? texts.t('web.room.document.nameless') : nameOfRecord(row, texts);
  });
  const more = ids.length - said.length;
  return formatList(
    texts.intlTag,
    more > 0 ? [...said, texts.t('web.room.and-more', { count: more })] : said,
  );
}
