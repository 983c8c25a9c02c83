/** Under a tape of lines: how far the ledger goes, its root, who else signed it, and what a check on this device found. */
import type { VaultId } from '@strongroom/core';
import { formatList } from '@strongroom/texts';
import { CircleCheck, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { useDeviceQuery } from '../keys/keys-context.tsx';
import { useTexts } from '../texts/texts-context.tsx';
import { ErrorView } from '../texts/error-view.tsx';
import { Progress, formatLine } from '../ui/index.ts';
import type { LedgerCheck } from './use-ledger-check.ts';
import { useWhen } from '../room/use-when.ts';
import './ledger-foot.css';

/** Hexadecimal in groups of four, the first of them. */
export function shortHash(hash: string, groups: number): string {
  return (hash.match(/.{4}/gu) ?? []).slice(0, groups).join(' ');
}

export function LedgerFoot({
  ledger,
  check,
}: {
  readonly ledger: VaultId;
  readonly check: LedgerCheck;
}): ReactNode {
  const { t, intlTag } = useTexts();
  const when = useWhen();
  const status = useDeviceQuery(['ledger-status'], async (keys) => await keys.device.ledger.status());
  const readers = useDeviceQuery(['witness-readers'], async (keys) => await keys.device.witnesses.readers());
  const head = status.data?.find((each) => each.ledger === ledger);
  const { result, progress } = check;
  if (check.isRunning) {
    return (
      <div className="ledger-check" role="status">
        <Progress
          label={t('web.room.check.running')}
          value={progress === undefined || progress.total === 0 ? undefined : progress.done}
          max={Math.max(1, progress?.total ?? 1)}
        />
        <span className="row-under">
          {progress === undefined || progress.total === 0
            ? t('web.room.check.running')
            : t('web.room.check.progress', {
                done: formatLine(progress.done),
                total: formatLine(progress.total),
              })}
        </span>
      </div>
    );
  }
  if (check.error !== null) return <ErrorView error={check.error} />;
  const { witnesses = [], witnessedSize = 0 } = head ?? {};
  const signed =
    witnesses.length === 0
      ? t('web.room.check.no-witness')
      : t('web.room.check.witnesses', {
          names: formatList(intlTag, witnesses),
          size: formatLine(witnessedSize),
        });
  const read =
    readers.data === undefined || readers.data.length === 0
      ? undefined
      : t('web.room.check.readers', { names: formatList(intlTag, readers.data) });
  if (result !== undefined && result.disagreements.length > 0) {
    return (
      <p className="ledger-alarm" role="alert">
        <TriangleAlert aria-hidden="true" />
        {t('web.room.check.disagrees', {
          count: result.disagreements.length,
          line: formatLine(result.disagreements[0]?.index ?? 0),
        })}
      </p>
    );
  }
  if (result !== undefined) {
    return (
      <div className="ledger-result" role="status">
        <span className="ledger-sure">
          <CircleCheck aria-hidden="true" />
          {t('web.room.check.complete', { size: formatLine(result.size) })}
        </span>
        <span className="mono muted">{t('web.room.check.root', { root: shortHash(result.root, 4) })}</span>
        <span className="row-under">
          {t('web.room.check.done', { count: result.entries, time: when(result.checkedAtMs, 'time') })}{' '}
          {signed} {read}
        </span>
      </div>
    );
  }
  if (head === undefined) return <span className="row-under">{t('web.room.check.unread')}</span>;
  return (
    <div className="ledger-result">
      <span>{t('web.room.check.known', { size: formatLine(head.size) })}</span>
      <span className="mono muted">{t('web.room.check.root', { root: shortHash(head.root, 4) })}</span>
      <span className="row-under">
        {signed} {read}
      </span>
    </div>
  );
}
