/** Lines of a list that cannot be used, or not wholly. */
import { Download } from 'lucide-react';
import type { ReactNode } from 'react';
import { nowMs } from '../../clock.ts';
import type { ClientsFile } from '../../keys/contract.ts';
import { saveBlob } from '../../save-blob.ts';
import { useTexts } from '../../texts/texts-context.tsx';
import { Button, Card, dayOf } from '../../ui/index.ts';
import { csvFile } from '../csv-file.ts';
import { isFatal } from './import-plan.ts';

const shownMax = 20;

export function ImportProblems({ problems }: { readonly problems: ClientsFile['problems'] }): ReactNode {
  const { t } = useTexts();
  if (problems.length === 0) return undefined;
  const effectOf = (code: ClientsFile['problems'][number]['code']): string =>
    t(isFatal(code) ? 'web.clients.import.problem.line' : 'web.clients.import.problem.value');
  const save = (): void =>
    saveBlob(
      csvFile([
        [
          t('web.clients.import.line'),
          t('web.clients.import.problem'),
          t('web.clients.import.value'),
          t('web.clients.import.effect'),
        ],
        ...problems.map(({ line, code, value }) => [
          String(line),
          t(`web.clients.import.problem.${code}`),
          value ?? '',
          effectOf(code),
        ]),
      ]),
      `${t('web.clients.import.problems.file')}-${dayOf(nowMs())}.csv`,
    );
  return (
    <Card
      title={t('web.clients.import.problems', { count: problems.length })}
      actions={
        <Button size="s" icon={<Download aria-hidden="true" />} onClick={save}>
          {t('web.clients.import.problems.save')}
        </Button>
      }
      footer={
        problems.length > shownMax
          ? t('web.clients.import.problems.more', { count: problems.length - shownMax })
          : undefined
      }
      isPadded={false}
    >
      <ul className="import-list">
        {problems.slice(0, shownMax).map(({ line, code, value }) => (
          <li key={`${String(line)} ${code} ${value ?? ''}`}>
            <span className="muted import-line">{t('web.clients.import.line.of', { line })}</span>
            <span>
              {t(`web.clients.import.problem.${code}`)}
              {value === undefined ? undefined : <code className="import-value">{value}</code>}
            </span>
            <span className="muted small">{effectOf(code)}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
