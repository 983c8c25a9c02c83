/** Taking up an invitation: the code makes this browser a person's first device. */
import { useNavigate } from '@tanstack/react-router';
import { useCallback, useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { paths } from '../app/paths.ts';
import type { StartView } from '../keys/contract.ts';
import { useKeys, useSession } from '../keys/keys-context.tsx';
import { ErrorView } from '../texts/error-view.tsx';
import { useTexts } from '../texts/texts-context.tsx';
import { Button, TextArea } from '../ui/index.ts';
import { KitStep } from './kit-step.tsx';
import { emptyPassword, isPasswordReady, NewPassword } from './new-password.tsx';
import { PublicLayout } from './public-layout.tsx';
import { readFragment, takeFragment } from './take-fragment.ts';
import { useFragment } from './use-fragment.ts';

const ownWords = ['strongroom'];

export function InvitationPage(): ReactNode {
  const { t } = useTexts();
  const keys = useKeys();
  const session = useSession();
  const navigate = useNavigate();
  const [code, setCode] = useState(() => readFragment(takeFragment(), 'code') ?? '');
  // A link that is pasted while this page is open changes the address and loads nothing.
  useFragment(
    useCallback(() => {
      const pasted = readFragment(takeFragment(), 'code');
      if (pasted !== undefined) setCode(pasted);
    }, []),
  );
  const [password, setPassword] = useState(emptyPassword);
  const [start, setStart] = useState<StartView>();
  const [error, setError] = useState<unknown>();
  const [isBusy, setIsBusy] = useState(false);
  const changePassword = useCallback((value: typeof emptyPassword) => setPassword(value), []);
  const isOver = start === undefined && (session.kind === 'unlocked' || session.kind === 'locked');
  useEffect(() => {
    if (isOver) void navigate({ to: paths.today, replace: true });
  }, [isOver, navigate]);

  const begin = async (): Promise<void> => {
    setIsBusy(true);
    setError(undefined);
    try {
      setStart(await keys.session.beginEnrolment({ code: code.trim(), password: password.password }));
      setPassword(emptyPassword);
    } catch (cause) {
      setError(cause);
    } finally {
      setIsBusy(false);
    }
  };

  if (start !== undefined)
    return (
      <PublicLayout title={t('web.start.kit.title')} sentence={t('web.start.kit.sentence')}>
        <KitStep
          start={start}
          names={{}}
          submitLabel={t('web.start.create.account')}
          onComplete={async (typedGroups) => {
            await keys.session.completeStart({ typedGroups });
            await navigate({ to: paths.today, replace: true });
          }}
          onBack={() => {
            void keys.session.discardStart();
            setStart(undefined);
          }}
        />
      </PublicLayout>
    );
  const isReady = code.trim() !== '' && isPasswordReady(password);
  return (
    <PublicLayout title={t('web.start.invitation.title')} sentence={t('web.start.invitation.sentence')}>
      <form
        autoComplete="off"
        className="public-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady && !isBusy) void begin();
        }}
      >
        <TextArea
          label={t('web.start.invitation.code')}
          value={code}
          rows={3}
          maxLength={512}
          spellCheck={false}
          onChange={setCode}
        />
        <NewPassword value={password} onChange={changePassword} ownWords={ownWords} />
        <ErrorView error={error} />
        {isBusy ? <p role="status">{t('web.start.working')}</p> : undefined}
        <div className="public-actions">
          <Button
            type="submit"
            variant="primary"
            pending={isBusy}
            disabledReason={isReady ? undefined : t('web.start.incomplete')}
          >
            {t('web.start.next')}
          </Button>
          <Button onClick={() => void navigate({ to: paths.signIn })}>{t('web.start.back')}</Button>
        </div>
      </form>
    </PublicLayout>
  );
}
