/** The versions of a document, newest first: who wrote each, when, and whether it brought content or only another name or place. */
import { Link } from '@tanstack/react-router';
import type { RecordRow, RecordVersionRow } from '@strongroom/device';
import { FilePlus, FolderInput } from 'lucide-react';
import type { ReactNode } from 'react';
import { paths } from '../../app/paths.ts';
import { useSteadyQuery } from '../../keys/keys-context.tsx';
import { useTexts } from '../../texts/texts-context.tsx';
import { Avatar, Button, Dialog, Skeleton, Time, formatBytes, formatLine } from '../../ui/index.ts';
import { nameOfRecord } from '../document-words.ts';
import { ErrorView } from '../../texts/error-view.tsx';
import { useRoom } from '../room-context.ts';
import './actions.css';

export interface HistoryDialogProps {
  readonly row: RecordRow;
  readonly onAddVersion: () => void;
  readonly disabledReason?: string | undefined;
  readonly onClose: () => void;
}

export function HistoryDialog({ row, onAddVersion, disabledReason, onClose }: HistoryDialogProps): ReactNode {
  const texts = useTexts();
  const { t } = texts;
  const history = useSteadyQuery(
    ['history', row.record, row.versions],
    async (keys) => await keys.device.records.history({ record: row.record }),
  );
  const versions = history.data?.toReversed();
  return (
    <Dialog
      size="side"
      title={t('web.room.history.title')}
      description={nameOfRecord(row, texts)}
      onClose={onClose}
      footer={
        row.state === 'destroyed' ? undefined : (
          <Button
            variant="primary"
            icon={<FilePlus aria-hidden="true" />}
            disabledReason={disabledReason}
            onClick={() => {
              onClose();
              onAddVersion();
            }}
          >
            {t('web.room.history.add')}
          </Button>
        )
      }
    >
      <ErrorView error={history.error} />
      {versions === undefined && history.error === null ? (
        <Skeleton label={t('web.room.history.loading')} lines={4} />
      ) : undefined}
      <ol className="version-list">
        {versions?.map((version, place) => (
          <VersionEntry
            key={version.version}
            version={version}
            older={versions[place + 1]}
            isNewest={place === 0}
          />
        ))}
      </ol>
    </Dialog>
  );
}

function VersionEntry({
  version,
  older,
  isNewest,
}: {
  readonly version: RecordVersionRow;
  readonly older: RecordVersionRow | undefined;
  readonly isNewest: boolean;
}): ReactNode {
  const texts = useTexts();
  const { t, intlTag } = texts;
  const { code } = useRoom();
  const author = version.authorName ?? t('web.room.person.nameless');
  return (
    <li data-state={version.state}>
      <Avatar id={version.author} name={author} size="s" />
      <div className="version-words">
        <p>
          <b>{t('web.room.history.version', { version: String(version.version) })}</b>
          {isNewest ? <span className="version-newest">{t('web.room.history.newest')}</span> : undefined}
        </p>
        <p>{whatChanged(version, older, texts)}</p>
        <p className="row-under">
          {author} · <Time atMs={version.writtenAtMs} format="date-time" /> ·{' '}
          <Link to={paths.roomLedger} params={{ code }} hash={`line-${version.line.index}`} className="mono">
            {formatLine(version.line.index)}
          </Link>
          {version.hasBody && version.sizeBytes !== undefined
            ? ` · ${formatBytes(intlTag, version.sizeBytes)}`
            : ''}
        </p>
      </div>
      {version.hasBody ? <FilePlus aria-hidden="true" /> : <FolderInput aria-hidden="true" />}
    </li>
  );
}

function whatChanged(
  version: RecordVersionRow,
  older: RecordVersionRow | undefined,
  { t }: ReturnType<typeof useTexts>,
): string {
  if (version.state === 'destroyed') return t('web.room.history.destroyed');
  if (older === undefined) return t('web.room.history.first');
  const said: string[] = [];
  if (version.hasBody) said.push(t('web.room.history.content'));
  if (version.name !== undefined && older.name !== undefined && version.name !== older.name)
    said.push(t('web.room.history.renamed', { name: version.name }));
  if (version.folder !== undefined && JSON.stringify(version.folder) !== JSON.stringify(older.folder)) {
    said.push(
      version.folder.length === 0
        ? t('web.room.history.moved-out')
        : t('web.room.history.moved', { folder: version.folder.join(' › ') }),
    );
  }
  return said.length === 0 ? t('web.room.history.details') : said.join(' ');
}
