/** Holds the one dialog that stands over a room's page, and does what its screens ask for with documents. */
import type { RecordRow } from '@strongroom/device';
import { useCallback, useMemo, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { useKeys } from '../../keys/keys-context.tsx';
import { useTexts } from '../../texts/texts-context.tsx';
import { useFileChooser } from '../../ui/index.ts';
import { useAddFiles } from '../../uploads/add-files-context.ts';
import { useSayError } from '../../uploads/use-say-error.ts';
import { contentsOf, moveWithin } from '../folder-tree.ts';
import type { FolderPath, FolderRow } from '../folder-tree.ts';
import { useRoom } from '../room-context.ts';
import { DocumentActionsContext } from './document-actions-context.ts';
import type { DocumentActions, DocumentDialog } from './document-actions-context.ts';
import { DownloadDialog } from './download-dialog.tsx';
import { HistoryDialog } from './history-dialog.tsx';
import { HoldDialog } from './hold-dialog.tsx';
import { MakeNewestDialog } from './make-newest-dialog.tsx';
import { MoveDialog } from './move-dialog.tsx';
import { NewFolderDialog } from './new-folder-dialog.tsx';
import { PeekDialog } from './peek-dialog.tsx';
import { ProposeDialog } from './propose-dialog.tsx';
import { namesBeside, RenameDialog } from './rename-dialog.tsx';
import { useChanges } from './use-changes.ts';
import type { MakeChanges } from './use-changes.ts';

export interface DocumentActionsProviderProps {
  readonly rows: readonly RecordRow[];
  readonly children: ReactNode;
}

export function DocumentActionsProvider({ rows, children }: DocumentActionsProviderProps): ReactNode {
  const texts = useTexts();
  const { t } = texts;
  const { title } = useRoom();
  const keys = useKeys();
  const sayError = useSayError();
  const [dialog, setDialog] = useState<DocumentDialog>();
  const { change, busy } = useChanges();
  const versioned = useRef<RecordRow>(undefined);
  const choose = useFileChooser(([chosen]) => {
    const row = versioned.current;
    if (chosen === undefined || row === undefined) return;
    keys.files
      .addVersion({ room: row.room, record: row.record, base: row.version, file: chosen.file })
      .catch(sayError);
  });
  const moveInto = useCallback(
    (moving: readonly RecordRow[], into: FolderPath) =>
      moveDocuments(change, moving, into, (count) =>
        t('web.room.move.done', { count, into: placeName(into, title) }),
      ),
    [change, t, title],
  );
  const handle = useMemo<DocumentActions>(
    () => ({
      ask: setDialog,
      move: moveInto,
      moveFolder: (folder, into) =>
        change(
          folder.documents
            .filter(({ state }) => state === 'present')
            .map((row) => ({
              record: row.record,
              base: row.version,
              folder: moveWithin(row.folder, folder.path, into),
            })),
          t('web.room.move.folder.done', { folder: folder.name, into: placeName(into, title) }),
        ),
      addVersion: (row) => {
        versioned.current = row;
        choose('file');
      },
      busy,
    }),
    [busy, change, choose, moveInto, t, title],
  );
  const close = (): void => setDialog(undefined);
  return (
    <DocumentActionsContext value={handle}>
      {children}
      {dialog === undefined ? undefined : (
        <OpenDialog
          dialog={dialog}
          rows={rows}
          change={change}
          onMove={moveInto}
          onAddVersion={handle.addVersion}
          onClose={close}
        />
      )}
    </DocumentActionsContext>
  );
}

interface OpenDialogProps {
  readonly dialog: DocumentDialog;
  readonly rows: readonly RecordRow[];
  readonly change: MakeChanges;
  readonly onMove: (moving: readonly RecordRow[], into: FolderPath) => void;
  readonly onAddVersion: (row: RecordRow) => void;
  readonly onClose: () => void;
}

function OpenDialog({ dialog, rows, change, onMove, onAddVersion, onClose }: OpenDialogProps): ReactNode {
  const { t } = useTexts();
  const { disabledReason } = useAddFiles();
  switch (dialog.kind) {
    case 'rename':
      return (
        <RenameDialog
          title={t('web.room.rename.document')}
          name={dialog.row.name}
          taken={namesBeside(rows, dialog.row.folder)}
          onRename={(name) =>
            change(
              [{ record: dialog.row.record, base: dialog.row.version, name }],
              t('web.room.rename.done', { name }),
            )
          }
          onClose={onClose}
        />
      );
    case 'rename-folder':
      return (
        <RenameDialog
          title={t('web.room.rename.folder')}
          hint={t('web.room.rename.folder.hint', { count: dialog.folder.documents.length })}
          name={dialog.folder.name}
          taken={new Set(contentsOf(rows, dialog.folder.path.slice(0, -1)).folders.map(({ name }) => name))}
          onRename={(name) => renameFolder(change, dialog.folder, name, t('web.room.rename.done', { name }))}
          onClose={onClose}
        />
      );
    case 'move':
      return (
        <MoveDialog
          moving={dialog.rows}
          rows={rows}
          onMove={(into) => onMove(dialog.rows, into)}
          onClose={onClose}
        />
      );
    case 'new-folder':
      return (
        <NewFolderDialog
          parent={dialog.parent}
          selected={dialog.rows}
          rows={rows}
          onMove={(into) => onMove(dialog.rows, into)}
          onClose={onClose}
        />
      );
    case 'history':
      return (
        <HistoryDialog
          row={nowOf(dialog.row, rows)}
          disabledReason={disabledReason}
          onAddVersion={() => onAddVersion(nowOf(dialog.row, rows))}
          onClose={onClose}
        />
      );
    case 'peek':
      return <PeekDialog row={nowOf(dialog.row, rows)} onClose={onClose} />;
    case 'make-newest':
      return <MakeNewestDialog copy={dialog.row} original={dialog.original} onClose={onClose} />;
    case 'download':
      return <DownloadDialog rows={dialog.rows} name={dialog.name} onClose={onClose} />;
    case 'hold':
      return <HoldDialog selected={dialog.rows} rows={rows} onClose={onClose} />;
    case 'propose':
      return <ProposeDialog rows={dialog.rows} onClose={onClose} />;
  }
}

function placeName(into: FolderPath, title: string): string {
  return into.at(-1) ?? title;
}

function moveDocuments(
  change: MakeChanges,
  moving: readonly RecordRow[],
  into: FolderPath,
  say: (count: number) => string,
): void {
  const changes = moving
    .filter((row) => row.state === 'present' && JSON.stringify(row.folder) !== JSON.stringify(into))
    .map((row) => ({ record: row.record, base: row.version, folder: into }));
  if (changes.length > 0) change(changes, say(changes.length));
}

function renameFolder(change: MakeChanges, folder: FolderRow, name: string, done: string): void {
  const depth = folder.path.length - 1;
  change(
    folder.documents
      .filter(({ state }) => state === 'present')
      .map((row) => ({
        record: row.record,
        base: row.version,
        folder: row.folder.map((each, at) => (at === depth ? name : each)),
      })),
    done,
  );
}

/** A document as it is now, where a dialog over it was opened before it changed. */
function nowOf(row: RecordRow, rows: readonly RecordRow[]): RecordRow {
  return rows.find(({ record }) => record === row.record) ?? row;
}
