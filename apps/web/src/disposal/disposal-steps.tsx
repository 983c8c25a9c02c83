/** The steps of a disposal: when, by whom, and in which line of the ledger; what is still open, and from when on. */
import type { DisposalRow } from '@strongroom/device';
import { Circle, CircleCheck, CircleSlash } from 'lucide-react';
import type { ReactNode } from 'react';
import { LineLink } from '../ledger/line-link.tsx';
import { useNames } from '../room/room-queries.ts';
import { useWhen } from '../room/use-when.ts';
import { useTexts } from '../texts/texts-context.tsx';
import { Time } from '../ui/index.ts';

interface Step {
  readonly id: 'proposed' | 'approved' | 'stopped' | 'destroyed';
  readonly words: string;
  readonly atMs?: number | undefined;
  readonly by?: string | undefined;
  readonly line?: number | undefined;
  /** The step is open: not before then. */
  readonly fromMs?: number | undefined;
}

export function DisposalSteps({
  row,
  code,
}: {
  readonly row: DisposalRow;
  readonly code: string | undefined;
}): ReactNode {
  const { t } = useTexts();
  const when = useWhen();
  const steps = useSteps(row);
  return (
    <ol className="disposal-steps">
      {steps.map(({ id, words, atMs, by, line, fromMs }) => (
        <li key={id} data-state={atMs === undefined ? 'open' : id === 'stopped' ? 'stopped' : 'done'}>
          {atMs === undefined ? (
            <Circle aria-hidden="true" />
          ) : id === 'stopped' ? (
            <CircleSlash aria-hidden="true" />
          ) : (
            <CircleCheck aria-hidden="true" />
          )}
          <div>
            <span>{words}</span>
            {atMs === undefined ? undefined : (
              <p className="row-under">
                {by}
                <br />
                <Time atMs={atMs} format="date-time" isZoneNamed />
                {line === undefined ? undefined : (
                  <>
                    {' · '}
                    <LineLink ledger={row.ledger} index={line} code={code} />
                  </>
                )}
              </p>
            )}
            {atMs === undefined && fromMs !== undefined ? (
              <p className="row-under">
                {t('web.disposal.step.waits', { time: when(fromMs, 'date-time', true) })}
              </p>
            ) : undefined}
          </div>
        </li>
      ))}
    </ol>
  );
}

function useSteps(row: DisposalRow): readonly Step[] {
  const { t } = useTexts();
  const names = useNames();
  const nameOf = (person: string | undefined): string =>
    person === undefined ? t('web.disposal.warden') : (names.get(person) ?? t('web.people.nameless'));
  const { lines, state } = row;
  const isApproved = row.approvedAtMs !== undefined;
  const isAlone = isApproved
    ? row.approvedBy === row.proposedBy
    : state === 'proposed' && row.ownApprovalFromMs !== undefined;
  const approved: Step = {
    id: 'approved',
    words: t(
      isAlone
        ? isApproved
          ? 'web.disposal.step.approved-alone'
          : 'web.disposal.step.approved-alone.open'
        : isApproved
          ? 'web.disposal.step.approved'
          : 'web.disposal.step.approved.open',
    ),
    ...(isApproved ? { atMs: row.approvedAtMs, by: nameOf(row.approvedBy), line: lines.approved } : {}),
    fromMs: row.ownApprovalFromMs,
  };
  const end: Step =
    state === 'stopped'
      ? {
          id: 'stopped',
          words: t('web.disposal.step.stopped'),
          atMs: row.stoppedAtMs,
          by: nameOf(row.stoppedBy),
          line: lines.stopped,
        }
      : {
          id: 'destroyed',
          words: t(
            row.destroyedAtMs === undefined
              ? 'web.disposal.step.destroyed.open'
              : 'web.disposal.step.destroyed',
          ),
          ...(row.destroyedAtMs === undefined
            ? { fromMs: row.dueAtMs }
            : { atMs: row.destroyedAtMs, by: t('web.disposal.warden'), line: lines.destroyed }),
        };
  return [
    {
      id: 'proposed',
      words: t('web.disposal.step.proposed'),
      atMs: row.proposedAtMs,
      by: nameOf(row.proposedBy),
      line: lines.proposed,
    },
    // What was stopped before it was approved is not approved any more.
    ...(state === 'stopped' && !isApproved ? [] : [approved]),
    end,
  ];
}
