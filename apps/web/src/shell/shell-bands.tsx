/** What is not as it should be, above the content, in the order of weight: offline, warden, stale, one machine. */
import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { every, nowMs } from '../clock.ts';
import { useConnection, useKeys } from '../keys/keys-context.tsx';
import { useTexts } from '../texts/texts-context.tsx';
import { Band, Button, formatTime } from '../ui/index.ts';
import { NewDeviceBand } from './new-device-band.tsx';

/** As long as a device trusts the heads it has (docs/spec/requests.md section 3). */
const staleAfterMs = 10 * 60_000;
const dismissedKey = 'strongroom.one-machine-seen';

export function ShellBands(): ReactNode {
  const { t, intlTag } = useTexts();
  const keys = useKeys();
  const connection = useConnection();
  const now = useMinute();
  const [isDismissed, setIsDismissed] = useState(() => sessionStorage.getItem(dismissedKey) !== null);
  const [isChecking, setIsChecking] = useState(false);
  const timeOf = (atMs: number): string => formatTime(atMs, { tag: intlTag, style: 'auto', nowMs: now });
  const { syncedAtMs } = connection;
  const isOffline = connection.kind === 'offline';
  const isStale = !isOffline && syncedAtMs !== undefined && now - syncedAtMs >= staleAfterMs;
  const check = async (): Promise<void> => {
    setIsChecking(true);
    // What failed shows by itself: the band stays, or the next one says offline.
    await keys.connection.syncNow().catch(() => undefined);
    setIsChecking(false);
  };
  const checkButton = (
    <Button variant="quiet" size="s" pending={isChecking} onClick={() => void check()}>
      {t('web.shell.band.check')}
    </Button>
  );
  return (
    <aside className="shell-bands" aria-label={t('web.shell.bands')}>
      <NewDeviceBand />
      {connection.isCodeOld === true ? (
        <Band
          kind="bad"
          isWide
          isLive
          action={
            <Button size="s" variant="primary" onClick={() => location.reload()}>
              {t('web.shell.failed.reload')}
            </Button>
          }
        >
          {t('web.shell.band.code-old')}
        </Band>
      ) : undefined}
      {isOffline ? (
        <Band kind="warn" isWide isLive action={checkButton}>
          {t('web.shell.band.offline', { time: timeOf(connection.sinceMs) })}
        </Band>
      ) : undefined}
      {!isOffline && (connection.wardenState === 'waiting' || connection.wardenState === 'gone') ? (
        <Band kind="warn" isWide isLive action={checkButton}>
          {t(`web.shell.band.warden.${connection.wardenState}`)}
        </Band>
      ) : undefined}
      {isStale ? (
        <Band kind="warn" isWide isLive action={checkButton}>
          {t('web.shell.band.stale', { time: timeOf(syncedAtMs) })}
        </Band>
      ) : undefined}
      {connection.isWardenSeparate === false && !isDismissed ? (
        <Band
          kind="info"
          isWide
          action={
            <Button
              variant="quiet"
              size="s"
              onClick={() => {
                sessionStorage.setItem(dismissedKey, '1');
                setIsDismissed(true);
              }}
            >
              {t('web.shell.band.dismiss')}
            </Button>
          }
        >
          {t('web.shell.band.one-machine')}
        </Band>
      ) : undefined}
    </aside>
  );
}

/** The time, looked at every half minute. */
function useMinute(): number {
  const [now, setNow] = useState(nowMs);
  useEffect(() => every(30_000, () => setNow(nowMs())), []);
  return now;
}
