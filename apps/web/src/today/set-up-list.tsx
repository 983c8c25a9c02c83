/** What a new firm still has to do, as a list that gets shorter; gone when all is done. */
import type { SetUpStep } from '@strongroom/device';
import { Link } from '@tanstack/react-router';
import { Circle, CircleCheck } from 'lucide-react';
import type { ReactNode } from 'react';
import { paths } from '../app/paths.ts';
import { useTexts } from '../texts/texts-context.tsx';
import { Card, Progress } from '../ui/index.ts';

const ways: Readonly<Record<SetUpStep['step'], string>> = {
  firm: paths.settings,
  vault: paths.clients,
  client: paths.newClient,
  'second-person': paths.people,
  'second-device': paths.me,
  'kit-noted': paths.me,
  backup: paths.settings,
};

export function SetUpList({ steps }: { readonly steps: readonly SetUpStep[] }): ReactNode {
  const { t } = useTexts();
  const done = steps.filter(({ state }) => state === 'done').length;
  if (done === steps.length) return undefined;
  return (
    <Card title={t('web.today.set-up', { done: String(done), count: String(steps.length) })}>
      <Progress
        label={t('web.today.set-up', { done: String(done), count: String(steps.length) })}
        value={done}
        max={steps.length}
      />
      <ul className="today-steps">
        {steps.map(({ step, state }) => (
          <li key={step} data-state={state}>
            {state === 'done' ? <CircleCheck aria-hidden="true" /> : <Circle aria-hidden="true" />}
            <div>
              {state === 'done' ? (
                <span>
                  {t(`web.today.step.${step}`)}{' '}
                  <span className="visually-hidden">{t('web.today.step.done')}</span>
                </span>
              ) : (
                <Link to={ways[step]}>{t(`web.today.step.${step}`)}</Link>
              )}
              {state === 'done' ? undefined : <p className="row-under">{t(`web.today.step.${step}.why`)}</p>}
            </div>
          </li>
        ))}
      </ul>
    </Card>
  );
}
