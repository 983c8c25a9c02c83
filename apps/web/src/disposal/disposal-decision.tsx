/** What can be decided about a disposal now, by whom, and why not: approving it, and stopping it while there is time. */
import type { DisposalRow } from '@strongroom/device';
import { OctagonX, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { nowMs } from '../clock.ts';
import { useDeviceMutation, useSession } from '../keys/keys-context.tsx';
import { useWhen } from '../room/use-when.ts';
import { useCommands } from '../shell/commands/commands-context.tsx';
import { ErrorView } from '../texts/error-view.tsx';
import { useTexts } from '../texts/texts-context.tsx';
import { Band, Button, Card, ConfirmDialog, useToast } from '../ui/index.ts';
import { useReached } from '../use-reached.ts';
import { judgeApproval, wordToType } from './disposal-rights.ts';

export function DisposalDecision({
  row,
  code,
}: {
  readonly row: DisposalRow;
  /** The client's, where it can be read. */
  readonly code: string | undefined;
}): ReactNode {
  const { t } = useTexts();
  const when = useWhen();
  const session = useSession();
  const [asking, setAsking] = useState<'approve' | 'stop'>();
  useReached(row.ownApprovalFromMs);
  const person = session.kind === 'unlocked' ? session.person : '';
  const approval = judgeApproval(row, { person, nowMs: nowMs() });
  const refusal = {
    allowed: undefined,
    'allowed-alone': undefined,
    'no-right': t('web.disposal.no-right'),
    held: t('web.disposal.held'),
    'needs-other': t('web.disposal.needs-other'),
    'too-early': t('web.disposal.alone', { time: when(row.ownApprovalFromMs ?? 0, 'date-time', true) }),
  }[approval];
  const close = (): void => setAsking(undefined);
  const isOver = row.state === 'stopped' || row.state === 'destroyed';
  const noRight = row.mayDecide ? undefined : t('web.disposal.no-right');
  const tooLate = row.state === 'intended' ? t('web.disposal.too-late') : undefined;
  useCommands([
    ...(row.state === 'proposed'
      ? [
          {
            id: 'approve',
            label: t('web.disposal.approve'),
            icon: <Trash2 aria-hidden="true" />,
            disabledReason: refusal,
            onRun: () => setAsking('approve'),
          },
        ]
      : []),
    ...(isOver
      ? []
      : [
          {
            id: 'stop',
            label: t('web.disposal.stop'),
            icon: <OctagonX aria-hidden="true" />,
            disabledReason: noRight ?? tooLate,
            onRun: () => setAsking('stop'),
          },
        ]),
  ]);
  return (
    <Card title={t('web.disposal.decide')}>
      {row.state === 'stopped' ? <p>{t('web.disposal.was-stopped')}</p> : undefined}
      {row.state === 'proposed' ? (
        refusal === undefined ? (
          <p>
            {approval === 'allowed-alone' ? t('web.disposal.alone.now') : t('web.disposal.approve.sentence')}
          </p>
        ) : (
          <Band kind="info">{refusal}</Band>
        )
      ) : undefined}
      {row.state === 'approved' || row.state === 'intended' ? (
        <>
          <p>{t('web.disposal.grace.sentence')}</p>
          {noRight === undefined ? undefined : <Band kind="info">{noRight}</Band>}
        </>
      ) : undefined}
      {isOver || !row.mayDecide ? undefined : (
        <div className="disposal-actions">
          {row.state === 'proposed' ? (
            <Button variant="danger" disabledReason={refusal} onClick={() => setAsking('approve')}>
              {t('web.disposal.approve')}
            </Button>
          ) : undefined}
          <Button disabledReason={tooLate} onClick={() => setAsking('stop')}>
            {t('web.disposal.stop')}
          </Button>
        </div>
      )}
      {asking === 'approve' ? <ApproveDialog row={row} code={code} onClose={close} /> : undefined}
      {asking === 'stop' ? <StopDialog row={row} onClose={close} /> : undefined}
    </Card>
  );
}

function ApproveDialog({
  row,
  code,
  onClose,
}: {
  readonly row: DisposalRow;
  readonly code: string | undefined;
  readonly onClose: () => void;
}): ReactNode {
  const { t } = useTexts();
  const toast = useToast();
  // The word that was asked for stays while the dialog is open, also if the client becomes known meanwhile.
  const [word] = useState(() => wordToType(row, code));
  const approve = useDeviceMutation(
    async (keys) => await keys.device.disposals.approve({ disposal: row.disposal }),
  );
  return (
    <ConfirmDialog
      title={t('web.disposal.approve.title', { count: row.records.length })}
      confirmLabel={t('web.disposal.approve')}
      cancelLabel={t('web.people.cancel')}
      isDanger
      isPending={approve.isPending}
      typed={{
        label: t(word === code ? 'web.disposal.type' : 'web.disposal.type.short', { code: word }),
        expected: word,
        reason: t('web.disposal.type.first'),
      }}
      error={<ErrorView error={approve.error} />}
      onConfirm={() =>
        approve.mutate(undefined, {
          onSuccess: () => {
            toast.show({ tone: 'ok', text: t('web.disposal.approved') });
            onClose();
          },
        })
      }
      onClose={onClose}
    >
      <p>{t('web.disposal.approve.checked')}</p>
    </ConfirmDialog>
  );
}

function StopDialog({
  row,
  onClose,
}: {
  readonly row: DisposalRow;
  readonly onClose: () => void;
}): ReactNode {
  const { t } = useTexts();
  const stop = useDeviceMutation(
    async (keys) => await keys.device.disposals.stop({ disposal: row.disposal }),
  );
  return (
    <ConfirmDialog
      title={t('web.disposal.stop.title')}
      confirmLabel={t('web.disposal.stop')}
      cancelLabel={t('web.people.cancel')}
      isPending={stop.isPending}
      error={<ErrorView error={stop.error} />}
      onConfirm={() => stop.mutate(undefined, { onSuccess: onClose })}
      onClose={onClose}
    >
      <p>{t('web.disposal.stop.sentence')}</p>
    </ConfirmDialog>
  );
}
