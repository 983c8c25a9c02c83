/** How long the words of lines are kept, and erasing those whose time is over. */
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { paths } from '../app/paths.ts';
import { useDeviceMutation, useDeviceQuery } from '../keys/keys-context.tsx';
import { formatMonth } from '../ledger-words/month.ts';
import { ErrorView } from '../texts/error-view.tsx';
import { useTexts } from '../texts/texts-context.tsx';
import { Button, Card, FactList, NativeSelect, Skeleton, Time } from '../ui/index.ts';

const yearsOffered = [1, 2, 3, 5, 6, 7, 8, 10, 15, 20, 30] as const;

export function RetentionCard(): ReactNode {
  const { t } = useTexts();
  const retention = useDeviceQuery(['retention'], async (keys) => await keys.device.ledger.retention());
  const facts = retention.data;
  return (
    <Card title={t('web.settings.retention')} hint={t('web.settings.retention.hint')}>
      <ErrorView error={retention.error} />
      {facts === undefined ? (
        retention.error === null ? (
          <Skeleton label={t('web.me.loading')} lines={3} />
        ) : undefined
      ) : (
        <>
          <FactList
            facts={[
              {
                id: 'years',
                label: t('web.settings.retention.kept'),
                value: t('web.settings.retention.years', { count: facts.years }),
              },
              {
                id: 'since',
                label: t('web.settings.retention.since'),
                value:
                  facts.sinceMs === undefined ? (
                    t('web.settings.retention.default')
                  ) : (
                    <Time atMs={facts.sinceMs} format="long-date" />
                  ),
              },
            ]}
          />
          {facts.maySet ? <SetYears years={facts.years} yearsMin={facts.yearsMin} /> : undefined}
          <Due due={facts.due} />
        </>
      )}
    </Card>
  );
}

function SetYears({ years, yearsMin }: { readonly years: number; readonly yearsMin: number }): ReactNode {
  const { t } = useTexts();
  const [chosen, setChosen] = useState(String(years));
  const set = useDeviceMutation(async (keys) => await keys.device.ledger.setRetention(Number(chosen)));
  const options = [...new Set([...yearsOffered.filter((each) => each >= yearsMin), years])].toSorted(
    (left, right) => left - right,
  );
  return (
    <div className="settings-row">
      <NativeSelect
        label={t('web.settings.retention.choose')}
        value={chosen}
        options={options.map((each) => ({
          value: String(each),
          label: t('web.settings.retention.years', { count: each }),
        }))}
        onChange={setChosen}
      />
      <Button
        pending={set.isPending}
        disabledReason={Number(chosen) === years ? t('web.settings.retention.same') : undefined}
        onClick={() => set.mutate(undefined)}
      >
        {t('web.settings.retention.set')}
      </Button>
      <ErrorView error={set.error} />
    </div>
  );
}

type DueMonths = readonly {
  readonly month: string;
  readonly room: string;
  readonly state: 'due' | 'proposed' | 'held';
  readonly mayPropose: boolean;
}[];

/** What is due, and the one step to it: everything goes on under Disposal. */
function Due({ due }: { readonly due: DueMonths }): ReactNode {
  const { t, intlTag } = useTexts();
  const navigate = useNavigate();
  const propose = useDeviceMutation(async (keys) => await keys.device.ledger.proposeErasing());
  const [first] = due;
  if (first === undefined) return <p className="row-under">{t('web.settings.retention.nothing')}</p>;
  const count = (state: DueMonths[number]['state']): number =>
    due.filter((each) => each.state === state).length;
  return (
    <>
      <p>
        {t('web.settings.retention.due', {
          count: due.length,
          month: formatMonth(first.month, intlTag),
        })}
      </p>
      <p className="row-under">
        {t('web.settings.retention.states', {
          proposed: String(count('proposed')),
          held: String(count('held')),
        })}
      </p>
      {due.some(({ mayPropose }) => mayPropose) ? (
        <Button
          pending={propose.isPending}
          onClick={() =>
            propose.mutate(undefined, { onSuccess: () => void navigate({ to: paths.disposal }) })
          }
        >
          {t('web.settings.retention.propose')}
        </Button>
      ) : undefined}
      <ErrorView error={propose.error} />
    </>
  );
}
