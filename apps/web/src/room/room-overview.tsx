/** The first tab: what was added or opened lately, who did what, who is in, and the newest lines with a check of the whole ledger. */
import { Link } from '@tanstack/react-router';
import type { RecordRow } from '@strongroom/device';
import { FilePlus, FolderUp, KeyRound } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import { paths } from '../app/paths.ts';
import { useUploads } from '../keys/keys-context.tsx';
import { useTexts } from '../texts/texts-context.tsx';
import { Button, Card, DropLine, EmptyState, SearchField, Skeleton, buttonClass } from '../ui/index.ts';
import { useAddFiles } from '../uploads/add-files-context.ts';
import { findDocuments } from './document-order.ts';
import { DocumentsTable } from './documents/documents-table.tsx';
import { LedgerCard } from './ledger-card.tsx';
import { RoomActivity } from './room-activity.tsx';
import { useRoom } from './room-context.ts';
import { useRecords } from './room-queries.ts';

const recentMax = 8;
const foundMax = 30;

export function RoomOverview(): ReactNode {
  return (
    <div className="room-grid">
      <RecentDocuments />
      <RoomActivity />
      <LedgerCard />
    </div>
  );
}

function RecentDocuments(): ReactNode {
  const { t } = useTexts();
  const { code, room, title } = useRoom();
  const records = useRecords(room);
  const uploads = useUploads().filter((item) => item.room === room && item.state !== 'done');
  const [text, setText] = useState('');
  const rows = records.rows;
  const shown = useMemo(() => {
    if (rows === undefined) return [];
    if (text.trim() !== '') return findDocuments(rows, text).slice(0, foundMax);
    return rows.toSorted((left, right) => touchedAtMs(right) - touchedAtMs(left)).slice(0, recentMax);
  }, [rows, text]);
  const isEmpty = rows?.length === 0 && uploads.length === 0;
  return (
    <Card
      className="room-documents"
      title={t('web.room.tab.documents')}
      isPadded={false}
      tools={
        isEmpty ? undefined : (
          <SearchField
            size="s"
            label={t('web.room.find')}
            clearLabel={t('web.room.find.clear')}
            value={text}
            onChange={setText}
          />
        )
      }
      actions={
        isEmpty ? undefined : (
          <Link to={paths.roomDocuments} params={{ code }} className={buttonClass({ size: 's' })}>
            {t('web.room.all-files')}
          </Link>
        )
      }
    >
      {rows === undefined && records.error === null ? (
        <Skeleton label={t('web.room.documents.loading')} lines={5} />
      ) : undefined}
      {isEmpty ? (
        <EmptyRoom />
      ) : rows === undefined ? undefined : (
        <>
          {shown.length === 0 && uploads.length === 0 ? (
            <p className="nothing-found" role="status">
              {t('web.room.find.none', { text, room: title })}
            </p>
          ) : (
            <DocumentsTable
              label={t('web.room.documents.recent', { room: title })}
              uploads={uploads}
              documents={shown}
              all={rows}
              isFolderShown
            />
          )}
          <DropLine>{t('web.room.drop-line')}</DropLine>
        </>
      )}
    </Card>
  );
}

/** When something last happened with a document. */
function touchedAtMs(row: RecordRow): number {
  return Math.max(row.writtenAtMs, row.lastOpened?.atMs ?? 0, row.destroyedAtMs ?? 0);
}

/** A room with nothing in it yet, and the three things to begin with. */
export function EmptyRoom(): ReactNode {
  const { t } = useTexts();
  const { code, title } = useRoom();
  const addFiles = useAddFiles();
  return (
    <EmptyState
      icon={<FilePlus aria-hidden="true" />}
      title={t('web.room.empty.title', { room: title })}
      sentence={t('web.room.empty.sentence')}
      action={
        <>
          <Button
            variant="primary"
            icon={<FilePlus aria-hidden="true" />}
            disabledReason={addFiles.disabledReason}
            onClick={() => addFiles.chooseFiles([])}
          >
            {t('web.room.add-files')}
          </Button>
          <Button
            icon={<FolderUp aria-hidden="true" />}
            disabledReason={addFiles.disabledReason}
            onClick={() => addFiles.chooseFolder([])}
          >
            {t('web.room.add-folder')}
          </Button>
          <Link to={paths.roomPeople} params={{ code }} className={buttonClass({})}>
            <KeyRound aria-hidden="true" />
            {t('web.room.empty.people')}
          </Link>
        </>
      }
    />
  );
}
