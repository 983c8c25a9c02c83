/** One level: this browser (language, theme, lock, shortcuts), the firm, and how server, warden and ledgers are found to be. */
import { formatList, localeNames, locales } from '@strongroom/texts';
import type { Locale } from '@strongroom/texts';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { chooseTheme, readTheme, themes } from '../app/theme.ts';
import type { Theme } from '../app/theme.ts';
import { bundleNumber } from '../bundle-number.ts';
import { useDeviceQuery, useKeys, useSession } from '../keys/keys-context.tsx';
import { setLettersOn, useLettersOn } from '../shell/keyboard/letters.ts';
import { ErrorView } from '../texts/error-view.tsx';
import { useTexts } from '../texts/texts-context.tsx';
import { Button, Card, Checkbox, FactList, NativeSelect, RadioGroup, Skeleton } from '../ui/index.ts';
import { RetentionCard } from './retention-card.tsx';
import { WitnessesCard } from './witnesses-card.tsx';
import './settings.css';

const idleMinutes = [1, 5, 15, 30, 60] as const;

export function SettingsPage(): ReactNode {
  const { t } = useTexts();
  return (
    <>
      <title>{t('web.settings.title')}</title>
      <h1 className="settings-head">{t('web.settings.heading')}</h1>
      <div className="settings">
        <ThisBrowser />
        <TheFirm />
        <RetentionCard />
        <WitnessesCard />
        <Findings />
      </div>
    </>
  );
}

function ThisBrowser(): ReactNode {
  const { t, locale, setLocale } = useTexts();
  const keys = useKeys();
  const session = useSession();
  const [theme, setTheme] = useState<Theme>(readTheme);
  const [error, setError] = useState<unknown>();
  const areLettersOn = useLettersOn();
  const idle = session.kind === 'unlocked' ? Math.round(session.idleLimitMs / 60_000) : 15;
  return (
    <Card title={t('web.settings.browser')}>
      <div className="settings-fields">
        <NativeSelect<Locale>
          label={t('web.start.language')}
          value={locale}
          options={locales.map((value) => ({ value, label: localeNames[value] }))}
          onChange={(value) => void setLocale(value)}
        />
        <RadioGroup<Theme>
          label={t('web.settings.theme')}
          isInline
          value={theme}
          options={themes.map((value) => ({ value, label: t(`web.settings.theme.${value}`) }))}
          onChange={(value) => {
            chooseTheme(value);
            setTheme(value);
          }}
        />
        <NativeSelect
          label={t('web.settings.idle')}
          hint={t('web.settings.idle.hint')}
          value={String(idle)}
          options={[...new Set([...idleMinutes, idle])]
            .toSorted((left, right) => left - right)
            .map((minutes) => ({
              value: String(minutes),
              label: t('web.settings.idle.minutes', { count: minutes }),
            }))}
          onChange={(value) => {
            setError(undefined);
            keys.session.setIdleLimit(Number(value)).catch(setError);
          }}
        />
        <Checkbox
          label={t('web.shell.keys.letters')}
          hint={t('web.shell.keys.letters.hint')}
          isChecked={areLettersOn}
          onChange={setLettersOn}
        />
      </div>
      <ErrorView error={error} />
    </Card>
  );
}

function TheFirm(): ReactNode {
  const { t, intlTag } = useTexts();
  const firm = useDeviceQuery(['firm'], async (keys) => await keys.device.firm.describe());
  const facts = firm.data;
  const regions = new Intl.DisplayNames([intlTag], { type: 'region' });
  return (
    <Card title={t('web.settings.firm')}>
      <ErrorView error={firm.error} />
      {facts === undefined ? (
        firm.error === null ? (
          <Skeleton label={t('web.me.loading')} lines={4} />
        ) : undefined
      ) : (
        <FactList
          facts={[
            { id: 'name', label: t('web.settings.firm.name'), value: facts.name },
            ...(facts.countries === undefined
              ? []
              : [
                  {
                    id: 'countries',
                    label: t('web.settings.firm.countries'),
                    value: formatList(
                      intlTag,
                      facts.countries.map((code) => regions.of(code) ?? code),
                    ),
                  },
                ]),
            {
              id: 'people',
              label: t('web.settings.firm.people'),
              value: String(facts.persons),
            },
            {
              id: 'groups',
              label: t('web.settings.firm.groups'),
              value: String(facts.vaults),
            },
            {
              id: 'root',
              label: t('web.start.ready.root'),
              value: <span className="mono break-all">{facts.root}</span>,
            },
            {
              id: 'bundle',
              label: t('web.settings.bundle'),
              value: t('web.settings.bundle.number', { number: String(bundleNumber) }),
            },
          ]}
        />
      )}
    </Card>
  );
}

function Findings(): ReactNode {
  const { t, find } = useTexts();
  const doctor = useDeviceQuery(['doctor'], async (keys) => await keys.device.doctor());
  return (
    <Card
      title={t('web.settings.findings')}
      actions={
        <Button size="s" pending={doctor.isFetching} onClick={() => void doctor.refetch()}>
          {t('web.settings.findings.again')}
        </Button>
      }
    >
      <ErrorView error={doctor.error} />
      {doctor.data === undefined ? (
        doctor.error === null ? (
          <Skeleton label={t('web.me.loading')} lines={6} />
        ) : undefined
      ) : (
        <ul className="settings-findings">
          {doctor.data.map((finding) => (
            <li key={JSON.stringify(finding)} data-severity={finding.severity}>
              <b>{t(`severity.${finding.severity}`)}</b>
              <span>{find(`finding.${finding.code}`, finding.details) ?? finding.code}</span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
