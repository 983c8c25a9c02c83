/** What was understood of a list, before anything is written: columns, first rows, problems, doubles, and what will happen. */
import type { VaultId } from '@strongroom/core';
import { formatValues } from '@strongroom/texts';
import { Play } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import type { ClientsFile, ImportField, ImportRow } from '../../keys/contract.ts';
import { ErrorView } from '../../texts/error-view.tsx';
import { useTexts } from '../../texts/texts-context.tsx';
import { Button, Card, KeyBit, NativeSelect, Table } from '../../ui/index.ts';
import { classTitle } from '../class-words.ts';
import { useAction } from '../use-action.ts';
import { useClients, useGroups, useNamesOf } from '../use-clients.ts';
import { ImportDoubles } from './import-doubles.tsx';
import { findDoubles, planImport, readNamesHere } from './import-plan.ts';
import { ImportProblems } from './import-problems.tsx';

/** How the list is to be read instead. */
export interface ReadChange {
  readonly encoding?: string;
  readonly separator?: string;
  readonly columns?: readonly (ImportField | null)[];
}

export interface ImportPreviewProps {
  readonly name: string;
  readonly file: ClientsFile;
  readonly isReading: boolean;
  readonly onRead: (change: ReadChange) => void;
  readonly onChooseAnother: () => void;
  readonly onStarted: (job: string) => void;
}

const fields = ['name', 'alias', 'class', 'country', 'lead'] as const;
const separators = [',', ';', '\t', '|'] as const;
const separatorIds = { ',': 'comma', ';': 'semicolon', '\t': 'tab', '|': 'bar' } as const;
const previewRows = 6;

export function ImportPreview({
  name,
  file,
  isReading,
  onRead,
  onChooseAnother,
  onStarted,
}: ImportPreviewProps): ReactNode {
  const { t } = useTexts();
  const groups = useGroups();
  const { groupNames } = useNamesOf();
  const [group, setGroup] = useState<VaultId | undefined>(undefined);
  const [ticked, setTicked] = useState<ReadonlySet<number>>(new Set());
  const { rows: clients } = useClients();
  // The worker compares with the names that lie on this device; this page knows those that do not, too.
  const doubles = useMemo(() => findDoubles(file, readNamesHere(clients)), [file, clients]);
  const plan = useMemo(() => planImport(file, doubles, ticked), [file, doubles, ticked]);
  const vault = group ?? groups.data?.[0]?.vault;
  const start = useAction(
    async (keys, wanted: { readonly vault: VaultId; readonly rows: readonly ImportRow[] }) => {
      const { job } = await keys.import.startClients(wanted);
      onStarted(job);
    },
  );
  const hasName = file.columns.some(({ field }) => field === 'name');
  const count = plan.rows.length;
  const begin = (): void => {
    if (vault !== undefined) start.run({ vault, rows: plan.rows });
  };
  return (
    <div className="import-steps">
      <Card
        title={name}
        hint={t('web.clients.import.rows', { count: file.rows.length })}
        actions={
          <Button size="s" onClick={onChooseAnother}>
            {t('web.clients.import.another')}
          </Button>
        }
      >
        <div className="import-reading" aria-busy={isReading}>
          <NativeSelect
            label={t('web.clients.import.encoding')}
            value={file.encoding}
            options={file.encodings.map((value) => ({ value, label: value.toUpperCase() }))}
            onChange={(encoding) => onRead({ encoding })}
          />
          <NativeSelect
            label={t('web.clients.import.separator')}
            value={file.separator}
            options={separators.map((value) => ({
              value: value as string,
              label: t(`web.clients.import.separator.${separatorIds[value]}`),
            }))}
            // Other columns may come of it: they are guessed anew.
            onChange={(separator) => onRead({ separator })}
          />
          {(groups.data?.length ?? 0) > 0 ? (
            <NativeSelect
              label={t('web.clients.import.group')}
              value={vault ?? ''}
              options={[...groupNames].map(([value, label]) => ({ value, label }))}
              onChange={(value) => setGroup(value as VaultId)}
            />
          ) : undefined}
        </div>
        <fieldset className="import-columns">
          <legend className="field-label">{t('web.clients.import.columns')}</legend>
          <p className="field-hint">{t('web.clients.import.columns.hint')}</p>
          <div className="import-column-list">
            {file.columns.map(({ title, field }, index) => (
              <NativeSelect
                // A column has no other name than its place.
                key={String(index)}
                size="s"
                label={
                  title === '' ? (
                    t('web.clients.import.column', { number: index + 1 })
                  ) : (
                    <bdi dir="auto">{title}</bdi>
                  )
                }
                value={field ?? ''}
                options={[
                  { value: '', label: t('web.clients.import.field.none') },
                  ...fields.map((value) => ({
                    value: value as string,
                    label: t(`web.clients.import.field.${value}`),
                  })),
                ]}
                onChange={(value) =>
                  onRead({
                    columns: chooseColumn(file.columns, index, value === '' ? null : (value as ImportField)),
                  })
                }
              />
            ))}
          </div>
        </fieldset>
      </Card>
      <Card
        title={t('web.clients.import.preview')}
        hint={t('web.clients.import.preview.hint')}
        isPadded={false}
      >
        <PreviewRows rows={file.rows.slice(0, previewRows)} />
      </Card>
      <ImportProblems problems={file.problems} />
      <ImportDoubles file={file} doubles={doubles} ticked={ticked} onTick={setTicked} />
      <div className="import-go">
        <p role="status">
          <b>{t('web.clients.import.plan.added', { count })}</b>
          {' · '}
          {t('web.clients.import.plan.skipped', { count: plan.skippedCount })}
          {' · '}
          {t('web.clients.import.plan.problems', { count: plan.problemCount })}
        </p>
        <Button
          variant="primary"
          icon={<Play aria-hidden="true" />}
          pending={start.isPending}
          disabledReason={
            hasName
              ? count === 0
                ? t('web.clients.import.nothing')
                : vault === undefined
                  ? t('web.clients.none.group')
                  : undefined
              : t('web.clients.import.no-name')
          }
          onClick={begin}
        >
          {t('web.clients.import.start', { count })}
        </Button>
      </div>
      <ErrorView error={start.error} />
    </div>
  );
}

/** Only aliases may come from several columns: another one that held the field gives it up. */
function chooseColumn(
  columns: ClientsFile['columns'],
  place: number,
  wanted: ImportField | null,
): readonly (ImportField | null)[] {
  return columns.map(({ field }, index) => {
    if (index === place) return wanted;
    return field === undefined || (field === wanted && wanted !== 'alias') ? null : field;
  });
}

function PreviewRows({ rows }: { readonly rows: readonly ImportRow[] }): ReactNode {
  const texts = useTexts();
  const { t } = texts;
  const { personNames } = useNamesOf();
  return (
    <Table
      label={t('web.clients.import.preview')}
      rows={rows}
      rowKey={(row) => String(row.line)}
      columns={[
        {
          id: 'line',
          title: t('web.clients.import.line'),
          width: '64px',
          card: 'aside',
          cell: (row) => <span className="muted">{row.line}</span>,
        },
        { id: 'name', title: t('web.clients.import.field.name'), card: 'main', cell: (row) => row.name },
        {
          id: 'alias',
          title: t('web.clients.import.field.alias'),
          cell: (row) => formatValues(texts.intlTag, row.aliases),
        },
        {
          id: 'class',
          title: t('web.clients.import.field.class'),
          width: '140px',
          cell: (row) => {
            const value = row.class ?? 2;
            return <KeyBit value={value} label={classTitle(value, texts)} />;
          },
        },
        {
          id: 'country',
          title: t('web.clients.import.field.country'),
          width: '110px',
          cell: (row) => formatValues(texts.intlTag, row.countries ?? []),
        },
        {
          id: 'lead',
          title: t('web.clients.import.field.lead'),
          width: '180px',
          cell: (row) => (row.lead === undefined ? '' : (personNames.get(row.lead) ?? row.leadName ?? '')),
        },
      ]}
    />
  );
}
