/**
 * The first run: from the code that the server printed to an open firm. Everything typed stays in memory until the kit is proven; then
 * one statement founds the firm. A reload begins again, because nothing was written.
 */
import { useNavigate } from '@tanstack/react-router';
import { useCallback, useEffect, useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import { paths } from '../app/paths.ts';
import type { StartView } from '../keys/contract.ts';
import { useKeys, useSession } from '../keys/keys-context.tsx';
import { ErrorView } from '../texts/error-view.tsx';
import { useTexts } from '../texts/texts-context.tsx';
import { Button, Checkbox, NativeSelect, TextField } from '../ui/index.ts';
import { homesOf, listCountries } from './countries.ts';
import { KitStep } from './kit-step.tsx';
import { emptyPassword, isPasswordReady, NewPassword } from './new-password.tsx';
import { PublicLayout } from './public-layout.tsx';
import { ReadyStep } from './ready-step.tsx';
import { readFragment, takeFragment } from './take-fragment.ts';

const professions = ['law', 'accountancy', 'clinic', 'consultancy', 'other'] as const;
type Profession = (typeof professions)[number];
const stepNames = ['code', 'firm', 'person', 'password', 'kit', 'ready'] as const;
type Step = (typeof stepNames)[number];
const nameLengthMax = 120;

export function StartPage(): ReactNode {
  const { t, locale, intlTag } = useTexts();
  const keys = useKeys();
  const session = useSession();
  const navigate = useNavigate();
  const [givenCode] = useState(() => readFragment(takeFragment(), 'code') ?? '');
  const [code, setCode] = useState(givenCode);
  const [step, setStep] = useState<Step>(givenCode === '' ? 'code' : 'firm');
  const [firmName, setFirmName] = useState('');
  const [profession, setProfession] = useState<Profession>('law');
  const [countries, setCountries] = useState<readonly string[]>(() => homesOf(intlTag).slice(0, 1));
  const [personName, setPersonName] = useState('');
  const [address, setAddress] = useState('');
  const [password, setPassword] = useState(emptyPassword);
  const [start, setStart] = useState<StartView>();
  const [root, setRoot] = useState<string>();
  const [error, setError] = useState<unknown>();
  const [isBusy, setIsBusy] = useState(false);
  const allCountries = useMemo(() => listCountries(intlTag), [intlTag]);
  const ownWords = useMemo(
    () => [...firmName.split(/\s+/u), ...personName.split(/\s+/u), address, 'strongroom'],
    [firmName, personName, address],
  );
  const changePassword = useCallback((value: typeof emptyPassword) => setPassword(value), []);

  const isOver = session.kind === 'locked' || (session.kind === 'blank' && session.isFirmThere === true);
  useEffect(() => {
    if (isOver && start === undefined) void navigate({ to: paths.signIn, replace: true });
  }, [isOver, start, navigate]);

  const begin = async (): Promise<void> => {
    setIsBusy(true);
    setError(undefined);
    try {
      const view = await keys.session.beginFirm({
        code: code.trim(),
        firm: { name: firmName.trim(), language: locale, countries, profession },
        person: { name: personName.trim(), ...(address.trim() === '' ? {} : { address: address.trim() }) },
        password: password.password,
      });
      setStart(view);
      setPassword(emptyPassword);
      setStep('kit');
    } catch (cause) {
      setError(cause);
    } finally {
      setIsBusy(false);
    }
  };

  const names = { firmName: firmName.trim(), personName: personName.trim() };
  const number = stepNames.indexOf(step);
  const stepCount = stepNames.length - 1;
  const shownStep = {
    words: t('web.start.step', { number: String(number), count: String(stepCount) }),
    number,
    count: stepCount,
  };
  const form = (
    ready: boolean,
    onNext: () => void,
    back: Step | undefined,
    children: ReactNode,
  ): ReactNode => (
    <form
      autoComplete="off"
      className="public-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (ready && !isBusy) onNext();
      }}
    >
      {children}
      <ErrorView error={error} />
      {isBusy ? <p role="status">{t('web.start.working')}</p> : undefined}
      <div className="public-actions">
        <Button
          type="submit"
          variant="primary"
          pending={isBusy}
          disabledReason={ready ? undefined : t('web.start.incomplete')}
        >
          {t('web.start.next')}
        </Button>
        {back === undefined ? undefined : (
          <Button
            onClick={() => {
              setError(undefined);
              setStep(back);
            }}
          >
            {t('web.start.back')}
          </Button>
        )}
      </div>
    </form>
  );

  switch (step) {
    case 'code':
      return (
        <PublicLayout title={t('web.start.code.title')} sentence={t('web.start.code.sentence')}>
          {form(
            code.trim() !== '',
            () => setStep('firm'),
            undefined,
            <TextField
              label={t('web.start.code.label')}
              value={code}
              isMono
              autoFocus
              maxLength={128}
              onChange={setCode}
            />,
          )}
        </PublicLayout>
      );
    case 'firm':
      return (
        <PublicLayout
          title={t('web.start.firm.title')}
          sentence={t('web.start.firm.sentence')}
          step={shownStep}
        >
          {form(
            firmName.trim() !== '' && countries.length > 0,
            () => setStep('person'),
            undefined,
            <>
              <TextField
                label={t('web.start.firm.name')}
                value={firmName}
                autoFocus
                maxLength={nameLengthMax}
                // Browsers keep what was typed into a form, in the clear, unless they are told not to.
                autoComplete="off"
                onChange={setFirmName}
              />
              <NativeSelect<Profession>
                label={t('web.start.firm.profession')}
                value={profession}
                options={professions.map((value) => ({ value, label: t(`web.start.profession.${value}`) }))}
                onChange={setProfession}
              />
              <fieldset>
                <legend className="field-label">{t('web.start.firm.countries')}</legend>
                <div className="countries" tabIndex={-1}>
                  {allCountries.map(({ code: country, name }) => (
                    <Checkbox
                      key={country}
                      label={name}
                      isChecked={countries.includes(country)}
                      onChange={(isChecked) =>
                        setCountries(
                          isChecked ? [...countries, country] : countries.filter((one) => one !== country),
                        )
                      }
                    />
                  ))}
                </div>
                <p className="field-hint">{t('web.start.firm.countries.hint')}</p>
              </fieldset>
            </>,
          )}
        </PublicLayout>
      );
    case 'person':
      return (
        <PublicLayout
          title={t('web.start.person.title')}
          sentence={t('web.start.person.sentence')}
          step={shownStep}
        >
          {form(
            personName.trim() !== '',
            () => setStep('password'),
            'firm',
            <>
              <TextField
                label={t('web.start.person.name')}
                value={personName}
                autoFocus
                maxLength={nameLengthMax}
                autoComplete="name"
                onChange={setPersonName}
              />
              <TextField
                label={t('web.start.person.address')}
                type="email"
                value={address}
                maxLength={254}
                autoComplete="email"
                hint={t('web.start.person.address.hint')}
                onChange={setAddress}
              />
            </>,
          )}
        </PublicLayout>
      );
    case 'password':
      return (
        <PublicLayout
          title={t('web.start.password.title')}
          sentence={t('web.start.password.sentence')}
          step={shownStep}
        >
          {form(
            isPasswordReady(password),
            () => void begin(),
            'person',
            <NewPassword value={password} onChange={changePassword} ownWords={ownWords} />,
          )}
        </PublicLayout>
      );
    case 'kit':
      if (start === undefined) return undefined;
      return (
        <PublicLayout
          title={t('web.start.kit.title')}
          sentence={t('web.start.kit.sentence')}
          step={shownStep}
        >
          <KitStep
            start={start}
            names={names}
            submitLabel={t('web.start.create.firm')}
            onComplete={async (typedGroups) => {
              const done = await keys.session.completeStart({ typedGroups });
              setRoot(done.root);
              setStep('ready');
            }}
            onBack={() => {
              void keys.session.discardStart();
              setStart(undefined);
              setStep('password');
            }}
          />
        </PublicLayout>
      );
    case 'ready':
      if (start === undefined || root === undefined) return undefined;
      return (
        <PublicLayout
          title={t('web.start.ready.title')}
          sentence={t('web.start.ready.sentence')}
          step={shownStep}
        >
          <ReadyStep start={start} names={names} root={root} />
        </PublicLayout>
      );
  }
}
