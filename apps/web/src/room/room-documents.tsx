/** The documents of a room: folders, search, order, and what can be done with many at once. */
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { RecordRow } from '@strongroom/device';
import { FilePlus, FolderPlus } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import { paths } from '../app/paths.ts';
import { useUploads } from '../keys/keys-context.tsx';
import { useCommands } from '../shell/commands/commands-context.tsx';
import { useTexts } from '../texts/texts-context.tsx';
import { Button, Card, DropLine, SearchField, Skeleton } from '../ui/index.ts';
import { useAddFiles } from '../uploads/add-files-context.ts';
import { useDocumentActions } from './actions/document-actions-context.ts';
import { findDocuments, orderDocuments } from './document-order.ts';
import { nextOrder } from './documents/documents-head.tsx';
import { DocumentsTable } from './documents/documents-table.tsx';
import { useDragDocuments } from './documents/drag-documents.ts';
import { FolderBar } from './documents/folder-bar.tsx';
import type { RowSelection } from './documents/row-selection.ts';
import { SelectionBar } from './documents/selection-bar.tsx';
import { contentsOf, isWithin } from './folder-tree.ts';
import type { FolderPath } from './folder-tree.ts';
import { useRoom } from './room-context.ts';
import { EmptyRoom } from './room-overview.tsx';
import { useRecords } from './room-queries.ts';
import { useFolder } from './use-folder.ts';

const noRows: readonly RecordRow[] = [];

export function RoomDocuments(): ReactNode {
  const { t } = useTexts();
  const { code, room, title } = useRoom();
  const records = useRecords(room);
  const rows = records.rows ?? noRows;
  const search = useSearch({ from: paths.roomDocuments });
  const navigate = useNavigate();
  const folder = useFolder();
  const path = folder.path ?? [];
  const addFiles = useAddFiles();
  const actions = useDocumentActions();
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const order = { sort: search.sort ?? ('name' as const), isReversed: search.reversed ?? false };
  const drag = useDragDocuments({
    onMove: (moving, into) => {
      setChosen(new Set());
      actions.move(moving, into);
    },
    onMoveFolder: actions.moveFolder,
  });
  useOpenFolder(path, addFiles.setOpenFolder);

  useCommands([
    {
      id: 'new-folder',
      label: t('web.room.folder.new'),
      icon: <FolderPlus aria-hidden="true" />,
      disabledReason: addFiles.disabledReason,
      onRun: () => actions.ask({ kind: 'new-folder', parent: path, rows: [] }),
    },
  ]);

  const isSearching = text.trim() !== '';
  const contents = useMemo(() => contentsOf(rows, path), [rows, path]);
  const documents = orderDocuments(
    isSearching
      ? findDocuments(
          rows.filter((row) => isWithin(row.folder, path)),
          text,
        )
      : contents.documents,
    order,
  );
  const uploads = useUploads().filter(
    (item) => item.room === room && item.state !== 'done' && (isSearching || isWithin(item.folder, path)),
  );
  const selected = rows.filter(({ record, state }) => state === 'present' && chosen.has(record));
  const selection: RowSelection = {
    chosen,
    set: (keys, isChosen) =>
      setChosen((before) => {
        const next = new Set(before);
        for (const key of keys) {
          if (isChosen) next.add(key);
          else next.delete(key);
        }
        return next;
      }),
  };
  const openFolder = (wanted: FolderPath): void => {
    setText('');
    folder.open(wanted);
  };
  if (records.rows === undefined || folder.path === undefined) {
    return records.error === null ? (
      <Skeleton label={t('web.room.documents.loading')} lines={6} />
    ) : undefined;
  }
  const isEmpty = rows.length === 0 && uploads.length === 0;
  const place = path.at(-1) ?? title;
  return (
    <>
      <Card
        className="room-alone"
        title={t('web.room.tab.documents')}
        isPadded={false}
        tools={
          isEmpty ? undefined : (
            <SearchField
              label={t('web.room.find.in', { place })}
              clearLabel={t('web.room.find.clear')}
              value={text}
              onChange={setText}
            />
          )
        }
        actions={
          isEmpty ? undefined : (
            <>
              <Button
                size="s"
                icon={<FolderPlus aria-hidden="true" />}
                disabledReason={addFiles.disabledReason}
                onClick={() => actions.ask({ kind: 'new-folder', parent: path, rows: selected })}
              >
                {t('web.room.folder.new')}
              </Button>
              <Button
                size="s"
                icon={<FilePlus aria-hidden="true" />}
                disabledReason={addFiles.disabledReason}
                onClick={() => addFiles.chooseFiles(path)}
              >
                {t('web.room.add-files')}
              </Button>
            </>
          )
        }
      >
        {isEmpty ? (
          <EmptyRoom />
        ) : (
          <>
            {path.length === 0 && !folder.isUnknown ? undefined : (
              <FolderBar title={title} path={path} onOpen={openFolder} drag={drag} />
            )}
            {folder.isUnknown ? <p className="nothing-found">{t('web.room.folder.unknown')}</p> : undefined}
            {isSearching ? (
              <p className="search-said" role="status">
                {t('web.room.find.found', { count: documents.length, place })}
              </p>
            ) : undefined}
            {documents.length === 0 && contents.folders.length === 0 && uploads.length === 0 ? (
              <p className="nothing-found">{t('web.room.folder.empty')}</p>
            ) : (
              <DocumentsTable
                label={t('web.room.documents.in', { place })}
                uploads={uploads}
                folders={isSearching ? [] : contents.folders}
                documents={documents}
                all={rows}
                isFolderShown={isSearching}
                selection={selection}
                order={order}
                onSort={(sort) => {
                  const next = nextOrder(order, sort);
                  void navigate({
                    to: paths.roomDocuments,
                    params: { code },
                    replace: true,
                    search: ({ folder: id }) => ({
                      ...(id === undefined ? {} : { folder: id }),
                      sort: next.sort,
                      ...(next.isReversed ? { reversed: true as const } : {}),
                    }),
                  });
                }}
                onOpenFolder={openFolder}
                drag={drag}
              />
            )}
            <DropLine>
              {path.length === 0
                ? t('web.room.drop-line')
                : t('web.room.drop-line.folder', { folder: place })}
            </DropLine>
          </>
        )}
      </Card>
      <SelectionBar selected={selected} name={place} onClear={() => setChosen(new Set())} />
    </>
  );
}

/** Tells the page's drop where it goes while this folder is open. */
function useOpenFolder(path: FolderPath, setOpenFolder: (path: FolderPath) => void): void {
  const key = JSON.stringify(path);
  useEffect(() => {
    setOpenFolder(JSON.parse(key) as FolderPath);
    return () => setOpenFolder([]);
  }, [key, setOpenFolder]);
}
