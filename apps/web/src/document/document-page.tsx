/** One document: its bytes in the sealed viewer, and beside it who can open it, who did, and what can be done with it. */
import type { RecordRow } from '@strongroom/device';
import { Link, useParams, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import { paths } from '../app/paths.ts';
import type { OpenedFile } from '../keys/contract.ts';
import { useSession } from '../keys/keys-context.tsx';
import { RoomMissing } from '../room/room-missing.tsx';
import { nameOfRecord } from '../room/document-words.ts';
import { RoomContext } from '../room/room-context.ts';
import type { OpenRoom } from '../room/room-context.ts';
import { useClient } from '../clients/use-clients.ts';
import { useAccess, useRecords } from '../room/room-queries.ts';
import { DocumentActionsProvider } from '../room/actions/document-actions-provider.tsx';
import { saveBlob } from '../save-blob.ts';
import { ErrorView } from '../texts/error-view.tsx';
import { useTexts } from '../texts/texts-context.tsx';
import { Band, Breadcrumbs, EmptyState, formatLine, formatTime, Skeleton, buttonClass } from '../ui/index.ts';
import { nowMs } from '../clock.ts';
import { AddFilesProvider } from '../uploads/add-files-provider.tsx';
import { DocumentPanel } from './document-panel.tsx';
import { DocumentView } from './document-view.tsx';
import { printPictures } from './print-pictures.ts';
import { printText } from './print-text.ts';
import { nameOfVersion } from './version-name.ts';
import type { Viewing } from './view-kind.ts';
import './document.css';

export function DocumentPage(): ReactNode {
  const { code, record } = useParams({ from: paths.document });
  const { t } = useTexts();
  const { client, isPending, error } = useClient(code);
  const room = useMemo<OpenRoom | undefined>(
    () => (client === undefined ? undefined : { ...client, title: client.name ?? client.code }),
    [client],
  );
  if (room !== undefined)
    return (
      <RoomContext value={room}>
        <DocumentInRoom key={record} room={room} record={record} />
      </RoomContext>
    );
  if (error !== null) return <ErrorView error={error} />;
  if (isPending) return <Skeleton label={t('web.document.loading')} lines={8} />;
  return <RoomMissing code={code} />;
}

function DocumentInRoom({ room, record }: { readonly room: OpenRoom; readonly record: string }): ReactNode {
  const texts = useTexts();
  const { t } = texts;
  const records = useRecords(room.room);
  const row = records.rows?.find((each) => each.record === record);
  const title = <title>{t('web.document.title', { code: room.code })}</title>;
  if (row === undefined)
    return (
      <>
        {title}
        {records.error !== null ? (
          <ErrorView error={records.error} />
        ) : records.isComplete ? (
          <EmptyState
            title={t('web.document.missing')}
            sentence={t('web.document.missing.sentence')}
            action={
              <Link
                to={paths.roomDocuments}
                params={{ code: room.code }}
                className={buttonClass({ variant: 'primary' })}
              >
                {t('web.document.to-room')}
              </Link>
            }
          />
        ) : (
          <Skeleton label={t('web.document.loading')} lines={8} />
        )}
      </>
    );
  return (
    <AddFilesProvider
      room={room.room}
      title={room.title}
      rows={records.rows ?? []}
      disabledReason={undefined}
    >
      <DocumentActionsProvider rows={records.rows ?? []}>
        {title}
        <OpenedDocument room={room} row={row} />
      </DocumentActionsProvider>
    </AddFilesProvider>
  );
}

function OpenedDocument({ room, row }: { readonly room: OpenRoom; readonly row: RecordRow }): ReactNode {
  const texts = useTexts();
  const { t, intlTag } = texts;
  const session = useSession();
  const access = useAccess(room.room);
  const search = useSearch({ from: paths.document });
  const version =
    search.version !== undefined && search.version >= 1 && search.version <= row.version
      ? search.version
      : row.version;
  const content = version === row.version ? row.contentVersion : version;
  const [opened, setOpened] = useState<OpenedFile>();
  const name = nameOfRecord(row, texts);
  const watermark = useCallback(
    (file: OpenedFile): string | undefined => {
      if (row.class !== 3) return undefined;
      const reader = session.kind === 'unlocked' ? (session.personName ?? session.person) : '';
      const { atMs, index } = file.line;
      const words = { tag: intlTag, nowMs: nowMs() };
      // With the year: paper is read long after.
      const day = formatTime(atMs, { ...words, style: 'date' });
      const time = formatTime(atMs, { ...words, style: 'time', isZoneNamed: true });
      return `${reader} · ${day}, ${time} · ${formatLine(index)}`;
    },
    [row.class, session, intlTag],
  );
  const download = (file: OpenedFile): void => saveBlob(file.bytes, nameOfVersion(row, version, file.name));
  const print = (file: OpenedFile, viewing: Viewing, pictures: readonly Blob[]): void => {
    const mark = watermark(file);
    if (viewing.view === 'pdf' || viewing.view === 'image') void printPictures(pictures, mark);
    else void printText(file.bytes, viewing, mark);
  };
  return (
    <>
      <Breadcrumbs
        label={t('web.document.crumbs')}
        items={[
          {
            id: 'clients',
            label: t('web.document.clients'),
            render: (props) => <Link to={paths.clients} {...props} />,
          },
          {
            id: 'room',
            label: room.title,
            render: (props) => <Link to={paths.room} params={{ code: room.code }} {...props} />,
          },
          {
            id: 'documents',
            label: t('web.document.documents'),
            render: (props) => <Link to={paths.roomDocuments} params={{ code: room.code }} {...props} />,
          },
        ]}
      />
      <header className="document-head">
        <h1 dir="auto">{name}</h1>
      </header>
      {version === row.version ? undefined : (
        <Band
          kind="info"
          action={
            <Link
              to={paths.document}
              params={{ code: room.code, record: row.record }}
              className={buttonClass({ size: 's' })}
            >
              {t('web.document.newest')}
            </Link>
          }
        >
          {t('web.document.older', { version: String(version), newest: String(row.version) })}
        </Band>
      )}
      <div className="document-layout">
        <section className="document-stage" aria-label={t('web.document.content')}>
          {row.state === 'destroyed' ? (
            <EmptyState title={t('web.document.destroyed')} sentence={t('web.document.destroyed.sentence')} />
          ) : (
            <DocumentView
              key={content}
              row={row}
              version={version}
              content={content}
              watermark={watermark}
              onDownload={download}
              onPrint={print}
              onOpened={setOpened}
            />
          )}
        </section>
        <DocumentPanel
          room={room}
          row={row}
          version={version}
          members={access.data?.members ?? []}
          opened={opened}
        />
      </div>
    </>
  );
}
