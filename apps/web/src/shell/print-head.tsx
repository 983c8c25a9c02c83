/** At the top of paper: whose it is, who printed it, and when, with the zone. */
import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { flushSync } from 'react-dom';
import { nowMs } from '../clock.ts';
import { useSession } from '../keys/keys-context.tsx';
import { useTexts } from '../texts/texts-context.tsx';
import { formatTime } from '../ui/index.ts';

export function PrintHead(): ReactNode {
  const { t, intlTag } = useTexts();
  const session = useSession();
  const [atMs, setAtMs] = useState(nowMs);
  useEffect(() => {
    // The browser draws the paper right after this event.
    const date = (): void => flushSync(() => setAtMs(nowMs()));
    addEventListener('beforeprint', date);
    return () => removeEventListener('beforeprint', date);
  }, []);
  if (session.kind !== 'unlocked') return undefined;
  const time = formatTime(atMs, { tag: intlTag, style: 'date', nowMs: atMs });
  const clock = formatTime(atMs, { tag: intlTag, style: 'time', nowMs: atMs, isZoneNamed: true });
  return (
    <p className="print-only print-head">
      <b>{session.firmName}</b>
      <span>
        {t('web.shell.printed', { name: session.personName ?? session.person, time: `${time}, ${clock}` })}
      </span>
    </p>
  );
}
