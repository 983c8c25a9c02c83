/** A browser that is no device yet shows a code; a device of the person that is signed in takes it up; then the password is all that is typed. */
import type { AdoptionState } from '@strongroom/device';
import { StrongroomError } from '@strongroom/core';
import { useNavigate } from '@tanstack/react-router';
import { useCallback, useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { paths } from '../app/paths.ts';
import { every } from '../clock.ts';
import type { AdoptionView } from '../keys/contract.ts';
import { useKeys, useSession } from '../keys/keys-context.tsx';
import { useWhen } from '../room/use-when.ts';
import { ErrorView } from '../texts/error-view.tsx';
import { useTexts } from '../texts/texts-context.tsx';
import { Band, Button, PasswordField, Skeleton, Spinner } from '../ui/index.ts';
import { formatAdoptLink } from './adopt-link.ts';
import { describeBrowser } from './describe-browser.ts';
import { PublicLayout } from './public-layout.tsx';
import { QrCode } from './qr-code.tsx';
import './adopt-me.css';

const askAgainMs = 2_000;
const passing: ReadonlySet<string> = new Set(['SERVER_UNREACHABLE', 'RATE_LIMITED', 'SERVER_FAILED']);

export function AdoptMePage(): ReactNode {
  const { t } = useTexts();
  const keys = useKeys();
  const session = useSession();
  const navigate = useNavigate();
  const [shown, setShown] = useState<AdoptionView>();
  const [state, setState] = useState<AdoptionState>();
  const [error, setError] = useState<unknown>();
  const isOver = session.kind === 'unlocked' || session.kind === 'locked';
  useEffect(() => {
    if (isOver) void navigate({ to: paths.today, replace: true });
  }, [isOver, navigate]);

  const begin = useCallback(async (): Promise<void> => {
    setError(undefined);
    setShown(undefined);
    setState(undefined);
    try {
      setShown(await keys.session.beginAdoption({ name: describeBrowser(navigator.userAgent) }));
    } catch (cause) {
      setError(cause);
    }
  }, [keys]);
  useEffect(() => {
    void begin();
    return () => void keys.session.discardAdoption().catch(() => undefined);
  }, [begin, keys]);

  const isAsking = shown !== undefined && state?.kind !== 'answered' && error === undefined;
  useEffect(() => {
    if (!isAsking) return undefined;
    let isLeft = false;
    const ask = async (): Promise<void> => {
      try {
        const found = await keys.session.checkAdoption();
        if (!isLeft) setState(found);
      } catch (cause) {
        // A server that is out of reach for a moment is asked again.
        if (!isLeft && !isPassing(cause)) setError(cause);
      }
    };
    const end = every(askAgainMs, () => void ask());
    return () => {
      isLeft = true;
      end();
    };
  }, [isAsking, keys]);

  const goBack = (): void => void navigate({ to: paths.signIn });
  const words = { me: t('web.shell.place.me'), action: t('web.adopt.add') };
  if (state?.kind === 'answered') return <Answered state={state} onAgain={() => void begin()} />;
  return (
    <PublicLayout title={t('web.adopt.title')} sentence={t('web.adopt.sentence', words)}>
      <div className="public-form">
        {shown === undefined || error !== undefined ? undefined : (
          <Waiting
            shown={shown}
            isTaken={state?.kind === 'taken'}
            endsAtMs={state?.endsAtMs ?? shown.endsAtMs}
          />
        )}
        {shown === undefined && error === undefined ? (
          <Skeleton label={t('web.adopt.making')} lines={6} />
        ) : undefined}
        <ErrorView error={error} />
        <div className="public-actions">
          {error === undefined ? undefined : (
            <Button variant="primary" onClick={() => void begin()}>
              {t('web.adopt.again')}
            </Button>
          )}
          <Button onClick={goBack}>{t('web.start.back')}</Button>
        </div>
      </div>
    </PublicLayout>
  );
}

function isPassing(cause: unknown): boolean {
  return cause instanceof StrongroomError && passing.has(cause.code);
}

/** The code in its three forms, and what is waited for. */
function Waiting({
  shown,
  isTaken,
  endsAtMs,
}: {
  readonly shown: AdoptionView;
  readonly isTaken: boolean;
  readonly endsAtMs: number;
}): ReactNode {
  const { t } = useTexts();
  const when = useWhen();
  return (
    <>
      <section className="adopt-sheet" aria-label={t('web.adopt.code')}>
        <QrCode data={formatAdoptLink(location.origin, shown.code)} label={t('web.adopt.qr')} />
        <div className="adopt-words">
          <h2>{t('web.adopt.code')}</h2>
          <p className="adopt-code">{shown.code}</p>
          <h2>{t('web.adopt.fingerprint')}</h2>
          <p className="adopt-fingerprint">{shown.fingerprint}</p>
          <p className="adopt-small">{t('web.adopt.fingerprint.same')}</p>
        </div>
      </section>
      <p className="adopt-state" role="status">
        <Spinner />
        {isTaken ? t('web.adopt.taken') : t('web.adopt.waiting')}
      </p>
      <p className="adopt-small">{t('web.adopt.ends', { time: when(endsAtMs, 'time') })}</p>
    </>
  );
}

/** Whose device this browser is now, and the password. */
function Answered({
  state,
  onAgain,
}: {
  readonly state: Extract<AdoptionState, { kind: 'answered' }>;
  readonly onAgain: () => void;
}): ReactNode {
  const { t } = useTexts();
  const keys = useKeys();
  const [password, setPassword] = useState('');
  const [error, setError] = useState<unknown>();
  const [isBusy, setIsBusy] = useState(false);
  const complete = async (): Promise<void> => {
    setIsBusy(true);
    setError(undefined);
    try {
      await keys.session.completeAdoption({ password });
    } catch (cause) {
      setError(cause);
      setIsBusy(false);
    }
  };
  return (
    <PublicLayout title={t('web.adopt.title')}>
      <form
        autoComplete="off"
        className="public-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (password !== '' && !isBusy) void complete();
        }}
      >
        <Band kind="ok">
          {t('web.adopt.answered', { name: state.personName ?? t('web.adopt.nameless') })}
        </Band>
        <p className="public-sentence">{t('web.adopt.answered.check')}</p>
        <PasswordField
          label={t('web.start.password.label')}
          autoComplete="current-password"
          value={password}
          autoFocus
          maxLength={256}
          onChange={setPassword}
        />
        <ErrorView error={error} />
        {isBusy ? <p role="status">{t('web.start.signin.working')}</p> : undefined}
        <div className="public-actions">
          <Button
            type="submit"
            variant="primary"
            pending={isBusy}
            disabledReason={password === '' ? t('web.start.incomplete') : undefined}
          >
            {t('web.start.signin.submit')}
          </Button>
          <Button onClick={onAgain}>{t('web.adopt.not-me')}</Button>
        </div>
      </form>
    </PublicLayout>
  );
}
