/** Shortly before this browser locks by itself (a minute, or a quarter of a short limit): how long is left, and a button that says somebody is here. Any movement says so too. */
import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { every, nowMs } from '../clock.ts';
import { useKeys, useSession } from '../keys/keys-context.tsx';
import { useTexts } from '../texts/texts-context.tsx';
import { Button } from '../ui/index.ts';

const warnMsMax = 60_000;

export function IdleWarning(): ReactNode {
  const { t } = useTexts();
  const keys = useKeys();
  const session = useSession();
  const locksAtMs = session.kind === 'unlocked' ? session.locksAtMs : Infinity;
  const warnMs = session.kind === 'unlocked' ? Math.min(warnMsMax, session.idleLimitMs / 4) : warnMsMax;
  const [leftMs, setLeftMs] = useState(Infinity);
  useEffect(() => {
    const look = (): void => {
      const left = locksAtMs - nowMs();
      // Before that nothing is drawn anew.
      setLeftMs(left > warnMs ? Infinity : Math.max(0, left));
    };
    look();
    return every(1_000, look);
  }, [locksAtMs, warnMs]);
  const isNear = leftMs <= warnMs;
  return (
    <div role="status">
      {isNear ? (
        <div className="idle-warning">
          <p>
            {t('web.shell.idle')}{' '}
            <span aria-hidden="true">{t('web.shell.idle.left', { count: Math.ceil(leftMs / 1000) })}</span>
          </p>
          <Button size="s" variant="primary" onClick={() => void keys.session.touch()}>
            {t('web.shell.idle.stay')}
          </Button>
        </div>
      ) : undefined}
    </div>
  );
}
