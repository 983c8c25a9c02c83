/** A person who has joined and is not let in yet sees this in place of every screen but his own: what happens next, and the fingerprint. */
import { useQueryClient } from '@tanstack/react-query';
import { useLocation } from '@tanstack/react-router';
import type { PersonId } from '@strongroom/core';
import type { PersonDetails } from '@strongroom/device';
import { Fingerprint } from 'lucide-react';
import { useEffect, useSyncExternalStore } from 'react';
import type { ReactNode } from 'react';
import { every } from '../clock.ts';
import { deviceQueries, useDeviceQuery, useKeys, useSession } from '../keys/keys-context.tsx';
import { useTexts } from '../texts/texts-context.tsx';
import { Button, Spinner } from '../ui/index.ts';
import { paths } from './paths.ts';
import './notice-page.css';

const askAgainMs = 10_000;
const openPaths: ReadonlySet<string> = new Set([paths.me, paths.settings]);

export function Gate({ children }: { readonly children: ReactNode }): ReactNode {
  const { pathname } = useLocation();
  const session = useSession();
  const hasNoClients = useHasNoClients();
  const person = session.kind === 'unlocked' ? session.person : '';
  const me = useDeviceQuery(
    ['me', person],
    // The session names its own person by the id that the device gave.
    async (keys): Promise<PersonDetails> => await keys.device.people.show(person as PersonId),
    // Whoever has clients was let in: the others alone are asked about, so that nobody waits for this.
    { isEnabled: hasNoClients },
  );
  if (me.data?.isAdmitted !== false || openPaths.has(pathname)) return children;
  return <Waiting fingerprint={me.data.fingerprint} />;
}

function Waiting({ fingerprint }: { readonly fingerprint: string | undefined }): ReactNode {
  const { t } = useTexts();
  const keys = useKeys();
  useEffect(() => {
    // What failed shows as the band of the connection; the next turn asks again.
    const ask = (): void => void keys.connection.syncNow().catch(() => undefined);
    return every(askAgainMs, ask);
  }, [keys]);
  return (
    <section className="notice-page">
      <title>{t('web.shell.gate.title')}</title>
      <Fingerprint aria-hidden="true" />
      <h1>{t('web.shell.gate.title')}</h1>
      <p>{t('web.shell.gate.sentence')}</p>
      {fingerprint === undefined ? undefined : (
        <dl className="gate-fingerprint">
          <dt>{t('web.start.kit.fingerprint')}</dt>
          <dd>{fingerprint}</dd>
        </dl>
      )}
      <p>{t('web.shell.gate.how')}</p>
      <p className="gate-waits" role="status">
        <Spinner />
        {t('web.shell.gate.waits')}
      </p>
      <div className="notice-actions">
        <Button onClick={() => void keys.session.lock()}>{t('web.shell.lock-now')}</Button>
      </div>
    </section>
  );
}

/** Whether the list of clients was asked for and there is none: looked at, never asked for. */
function useHasNoClients(): boolean {
  const queries = useQueryClient();
  return useSyncExternalStore(
    (listener) => queries.getQueryCache().subscribe(listener),
    () => {
      const state = queries.getQueryState<readonly unknown[]>([deviceQueries, 'clients']);
      return state?.status === 'error' || state?.data?.length === 0;
    },
  );
}
