/** An import under way, and what came of it. */
import { Link, useNavigate } from '@tanstack/react-router';
import { Download } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { paths } from '../../app/paths.ts';
import { nowMs } from '../../clock.ts';
import { useJob, useKeys } from '../../keys/keys-context.tsx';
import { saveBlob } from '../../save-blob.ts';
import { useTexts } from '../../texts/texts-context.tsx';
import {
  Band,
  Button,
  buttonClass,
  Card,
  dayOf,
  EmptyState,
  formatNumber,
  Progress,
} from '../../ui/index.ts';
import { csvFile } from '../csv-file.ts';

const shownMax = 100;

export function ImportReport({ job: id }: { readonly job: string }): ReactNode {
  const { t, find, intlTag } = useTexts();
  const keys = useKeys();
  const navigate = useNavigate();
  const job = useJob(id);
  const [isStopping, setIsStopping] = useState(false);
  const again = (): void => void navigate({ to: paths.importClients, search: {}, replace: true });
  if (job === undefined) {
    return (
      <EmptyState
        title={t('web.clients.import.gone')}
        sentence={t('web.clients.import.gone.sentence')}
        action={
          <>
            <Link to={paths.clients} className={buttonClass({ variant: 'primary' })}>
              {t('web.clients.import.to-clients')}
            </Link>
            <Button onClick={again}>{t('web.clients.import.again')}</Button>
          </>
        }
      />
    );
  }
  if (job.state === 'running') {
    return (
      <Card
        title={t('web.clients.import.running')}
        actions={
          <Button
            size="s"
            pending={isStopping}
            onClick={() => {
              setIsStopping(true);
              void keys.import.stop(id).catch(() => setIsStopping(false));
            }}
          >
            {t('web.clients.import.stop')}
          </Button>
        }
      >
        <div className="import-running" role="status">
          <Progress label={t('web.clients.import.running')} value={job.done} max={Math.max(1, job.total)} />
          <p>
            {t('web.clients.import.progress', {
              done: formatNumber(intlTag, job.done),
              total: formatNumber(intlTag, job.total),
            })}
          </p>
          <p className="muted">{t('web.clients.import.leave')}</p>
        </div>
      </Card>
    );
  }
  const report = job.rows ?? [];
  const added = report.filter(({ code }) => code !== undefined);
  const failed = report.filter(({ error }) => error !== undefined);
  const whatOf = (row: (typeof report)[number]): string =>
    row.code !== undefined
      ? t('web.clients.import.result.added')
      : row.error === undefined
        ? t('web.clients.import.result.left')
        : (find(`error.${row.error}.title`) ?? row.error);
  const save = (): void =>
    saveBlob(
      csvFile([
        [
          t('web.clients.import.line'),
          t('web.clients.column.code'),
          t('web.clients.column.name'),
          t('web.clients.import.result'),
        ],
        ...report.map((row) => [String(row.line), row.code ?? '', row.name, whatOf(row)]),
      ]),
      `${t('web.clients.import.report.file')}-${dayOf(nowMs())}.csv`,
    );
  return (
    <div className="import-steps">
      <Band
        kind={job.state === 'done' && failed.length === 0 ? 'ok' : 'warn'}
        isLive
        action={
          <Link to={paths.clients} className={buttonClass({ variant: 'primary', size: 's' })}>
            {t('web.clients.import.to-clients')}
          </Link>
        }
      >
        {job.state === 'failed'
          ? t('web.clients.import.failed', {
              why: find(`error.${job.error ?? ''}.title`) ?? job.error ?? '',
            })
          : t(job.state === 'stopped' ? 'web.clients.import.stopped' : 'web.clients.import.done', {
              count: report.length === 0 ? job.done : added.length,
            })}
        {failed.length === 0 ? undefined : ` ${t('web.clients.import.failures', { count: failed.length })}`}
      </Band>
      {report.length === 0 ? undefined : (
        <Card
          title={t('web.clients.import.report')}
          hint={t('web.clients.import.report.hint')}
          actions={
            <Button size="s" icon={<Download aria-hidden="true" />} onClick={save}>
              {t('web.clients.import.report.save')}
            </Button>
          }
          footer={
            report.length > shownMax
              ? t('web.clients.import.report.more', { count: report.length - shownMax })
              : undefined
          }
          isPadded={false}
        >
          <ul className="import-list">
            {[...failed, ...report.filter(({ error }) => error === undefined)]
              .slice(0, shownMax)
              .map((row) => (
                <li key={row.line}>
                  <span className="muted import-line">
                    {t('web.clients.import.line.of', { line: row.line })}
                  </span>
                  {row.code === undefined ? (
                    <span>{whatOf(row)}</span>
                  ) : (
                    <>
                      <Link to={paths.room} params={{ code: row.code }} className="import-code">
                        <code>{row.code}</code>
                      </Link>
                      <span>{row.name}</span>
                    </>
                  )}
                </li>
              ))}
          </ul>
        </Card>
      )}
      <div>
        <Button onClick={again}>{t('web.clients.import.again')}</Button>
      </div>
    </div>
  );
}
