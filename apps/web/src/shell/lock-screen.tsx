/** The privacy screen: nothing of the app is in the page. It says who locked it and why, and asks for the password. */
import { StrongroomError } from '@strongroom/core';
import { useEffect, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import type { SessionState } from '../keys/contract.ts';
import { useKeys } from '../keys/keys-context.tsx';
import { PublicLayout } from '../start/public-layout.tsx';
import { ErrorView } from '../texts/error-view.tsx';
import { useTexts } from '../texts/texts-context.tsx';
import { Avatar, Band, Button, PasswordField, useFetched } from '../ui/index.ts';
import type { LeaveDialog as Leave } from './leave-dialog.tsx';
import './lock-screen.css';

const loadLeave = async (): Promise<typeof Leave> => (await import('./leave-dialog.tsx')).LeaveDialog;

export function LockScreen({
  session,
}: {
  readonly session: Extract<SessionState, { kind: 'locked' }>;
}): ReactNode {
  const { t } = useTexts();
  const keys = useKeys();
  const form = useRef<HTMLFormElement>(null);
  const [password, setPassword] = useState('');
  const [error, setError] = useState<unknown>();
  const [isBusy, setIsBusy] = useState(false);
  const [isLeaving, setIsLeaving] = useState(false);
  const [leaveError, setLeaveError] = useState<unknown>();
  const name = session.personName ?? t('web.shell.lock.nameless');
  const [isTrying, setIsTrying] = useState(false);
  const isCutOff = session.reason === 'cut-off' && !isTrying;
  useEffect(() => {
    form.current?.querySelector('input')?.focus();
  }, [isCutOff]);

  // There before the server may be gone.
  const LeaveDialog = useFetched(loadLeave);

  const unlock = async (): Promise<void> => {
    setIsBusy(true);
    setError(undefined);
    try {
      await keys.session.unlock({ password });
    } catch (cause) {
      setError(cause);
      setPassword('');
      setIsBusy(false);
      form.current?.querySelector('input')?.focus();
    }
  };
  const leave = async (): Promise<void> => {
    setIsBusy(true);
    setLeaveError(undefined);
    try {
      await keys.session.forgetDevice();
    } catch (cause) {
      setLeaveError(cause);
      setIsBusy(false);
    }
  };
  return (
    <PublicLayout title={t('web.shell.lock.title')} sentence={t(`web.shell.lock.reason.${session.reason}`)}>
      <title>{t('web.shell.lock.title')}</title>
      <div className="lock-who">
        <Avatar id={session.person} name={name} size="l" />
        <div>
          <p className="lock-name">{name}</p>
          {session.firmName === undefined ? undefined : <p className="muted">{session.firmName}</p>}
        </div>
      </div>
      {isCutOff ? (
        <div className="public-form">
          <Band kind="bad">{t('web.shell.lock.cut-off')}</Band>
          <div className="public-actions">
            <Button onClick={() => setIsTrying(true)}>{t('web.shell.lock.cut-off.try')}</Button>
          </div>
        </div>
      ) : (
        <form
          autoComplete="off"
          ref={form}
          className="public-form lock-form"
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            if (password !== '' && !isBusy) void unlock();
          }}
        >
          <PasswordField
            label={t('web.shell.lock.password')}
            autoComplete="current-password"
            value={password}
            maxLength={256}
            onChange={setPassword}
          />
          <ErrorView error={error} />
          <div className="public-actions">
            <Button
              type="submit"
              variant="primary"
              pending={isBusy && !isLeaving}
              disabledReason={password === '' ? t('web.shell.lock.empty') : undefined}
            >
              {t('web.shell.lock.unlock')}
            </Button>
            {error instanceof StrongroomError && error.code === 'BUNDLE_TOO_OLD' ? (
              <Button onClick={() => location.reload()}>{t('web.shell.lock.reload')}</Button>
            ) : undefined}
          </div>
        </form>
      )}
      <p className="lock-other">
        {t('web.shell.lock.other')}{' '}
        <button type="button" className="link-button" onClick={() => setIsLeaving(true)}>
          {t('web.shell.lock.leave')}
        </button>
      </p>
      {isLeaving && LeaveDialog !== undefined ? (
        <LeaveDialog
          name={name}
          isBusy={isBusy}
          error={leaveError}
          onLeave={() => void leave()}
          onClose={() => setIsLeaving(false)}
        />
      ) : undefined}
    </PublicLayout>
  );
}
