/** A browser that is no device yet: with password and printed kit it becomes one; the kit may come in the link of its QR code. */
import { Link, useNavigate } from '@tanstack/react-router';
import { useCallback, useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { paths } from '../app/paths.ts';
import { useKeys, useSession } from '../keys/keys-context.tsx';
import { ErrorView } from '../texts/error-view.tsx';
import { useTexts } from '../texts/texts-context.tsx';
import { Band, Button, ErrorNotice, PasswordField, TextArea, TextField, buttonClass } from '../ui/index.ts';
import { parseKitFragment } from './kit-link.ts';
import type { KitLink } from './kit-link.ts';
import { PublicLayout } from './public-layout.tsx';
import { takeFragment } from './take-fragment.ts';
import { useFragment } from './use-fragment.ts';

/** The kit of a link, or what was wrong with it. */
function readLink(): { readonly link?: KitLink; readonly error?: unknown } {
  const fragment = takeFragment();
  if (!fragment.startsWith('#kit=')) return {};
  try {
    return { link: parseKitFragment(fragment) };
  } catch (error) {
    return { error };
  }
}

export function SignInPage(): ReactNode {
  const { t } = useTexts();
  const keys = useKeys();
  const session = useSession();
  const navigate = useNavigate();
  const [read] = useState(readLink);
  const [link, setLink] = useState(read.link);
  const [way, setWay] = useState<'choose' | 'kit' | 'lost'>(read.link === undefined ? 'choose' : 'kit');
  const [person, setPerson] = useState('');
  const [root, setRoot] = useState('');
  const [groups, setGroups] = useState('');
  const [password, setPassword] = useState('');
  const [error, setError] = useState<unknown>(read.error);
  const [isBusy, setIsBusy] = useState(false);

  // A link that is pasted while this page is open changes the address and loads nothing.
  useFragment(
    useCallback(() => {
      const pasted = readLink();
      if (pasted.link === undefined && pasted.error === undefined) return;
      setLink(pasted.link);
      setError(pasted.error);
      setWay('kit');
    }, []),
  );

  const target =
    session.kind === 'unlocked' || session.kind === 'locked'
      ? paths.today
      : session.kind === 'blank' && session.isFirmThere === false
        ? paths.start
        : undefined;
  useEffect(() => {
    if (target !== undefined && !isBusy) void navigate({ to: target, replace: true });
  }, [target, isBusy, navigate]);

  const isReady =
    password !== '' &&
    (link !== undefined || (person.trim() !== '' && root.trim() !== '' && groups.trim() !== ''));
  const signIn = async (): Promise<void> => {
    setIsBusy(true);
    setError(undefined);
    try {
      await keys.session.addDevice({
        password,
        ...(link ?? {
          person: person.trim(),
          root: root.replace(/\s/gu, '').toLowerCase(),
          kit: groups.trim(),
        }),
      });
      setPassword('');
    } catch (cause) {
      setError(cause);
    } finally {
      setIsBusy(false);
    }
  };

  return (
    <PublicLayout title={t('web.start.signin.title')} sentence={t('web.start.signin.sentence')}>
      {session.kind === 'blank' && session.isFirmThere === undefined ? (
        <div className="public-form">
          <ErrorNotice title={t('web.start.unreachable.title')} next={t('web.start.unreachable.next')} />
        </div>
      ) : undefined}
      {way === 'choose' ? (
        <div className="public-choices">
          <Button variant="primary" onClick={() => setWay('kit')}>
            {t('web.start.signin.kit')}
          </Button>
          <Link to={paths.adoptMe} className={buttonClass()}>
            {t('web.start.signin.device')}
          </Link>
          <Link to={paths.invitation} className={buttonClass()}>
            {t('web.start.signin.invitation')}
          </Link>
          <Button variant="quiet" onClick={() => setWay('lost')}>
            {t('web.start.signin.lost')}
          </Button>
          <ErrorView error={error} />
        </div>
      ) : undefined}
      {way === 'lost' ? (
        <div className="public-form">
          <p>{t('web.start.signin.lost.sentence')}</p>
          <div className="public-actions">
            <Button onClick={() => setWay('choose')}>{t('web.start.back')}</Button>
          </div>
        </div>
      ) : undefined}
      {way === 'kit' ? (
        <form
          autoComplete="off"
          className="public-form"
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            if (isReady && !isBusy) void signIn();
          }}
        >
          <p className="public-sentence">{t('web.start.signin.kit.sentence')}</p>
          {link === undefined ? (
            <>
              <TextField
                label={t('web.start.signin.person')}
                value={person}
                isMono
                maxLength={40}
                onChange={setPerson}
              />
              <TextArea
                label={t('web.start.signin.root')}
                hint={t('web.start.signin.root.hint')}
                value={root}
                rows={2}
                maxLength={100}
                spellCheck={false}
                onChange={setRoot}
              />
              <TextArea
                label={t('web.start.signin.groups')}
                value={groups}
                rows={3}
                maxLength={120}
                spellCheck={false}
                autoCapitalize="characters"
                onChange={setGroups}
              />
            </>
          ) : (
            <Band
              kind="ok"
              action={
                <Button size="s" onClick={() => setLink(undefined)}>
                  {t('web.start.signin.kit.other')}
                </Button>
              }
            >
              {t('web.start.signin.kit.read')}
            </Band>
          )}
          <PasswordField
            label={t('web.start.password.label')}
            autoComplete="current-password"
            value={password}
            autoFocus={link !== undefined}
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
              disabledReason={isReady ? undefined : t('web.start.incomplete')}
            >
              {t('web.start.signin.submit')}
            </Button>
            <Button onClick={() => setWay('choose')}>{t('web.start.back')}</Button>
          </div>
        </form>
      ) : undefined}
    </PublicLayout>
  );
}
