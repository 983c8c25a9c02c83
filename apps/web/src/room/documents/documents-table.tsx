/**
 * Documents, folders and files on their way in one table. A row is the tab stop; the whole of it opens. Long lists are built piece by
 * piece as they are scrolled, so that a room of thousands opens at once.
 */
import { useNavigate } from '@tanstack/react-router';
import type { RecordRow } from '@strongroom/device';
import type { ReactNode } from 'react';
import { useMemo, useRef } from 'react';
import { paths } from '../../app/paths.ts';
import type { UploadItem } from '../../keys/contract.ts';
import { useTexts } from '../../texts/texts-context.tsx';
import { useDocumentActions } from '../actions/document-actions-context.ts';
import type { DocumentSort } from '../document-order.ts';
import { isSettled, whoCanOpen } from '../document-words.ts';
import type { FolderPath, FolderRow } from '../folder-tree.ts';
import { keyOfPath } from '../folder-tree.ts';
import { useRoom } from '../room-context.ts';
import { useAccess } from '../room-queries.ts';
import { DocumentsHead } from './documents-head.tsx';
import { DocumentTableRow, FolderTableRow, UploadTableRow } from './document-rows.tsx';
import type { DragDocuments } from './drag-documents.ts';
import { choosable, rowsBetween } from './row-selection.ts';
import type { RowProps, RowSelection } from './row-selection.ts';
import { useGrowing } from './use-growing.tsx';
import { useRowKeys } from './use-row-keys.ts';
import '../../ui/table/table.css';
import './documents.css';

export interface DocumentsTableProps {
  readonly label: string;
  readonly uploads: readonly UploadItem[];
  readonly folders?: readonly FolderRow[];
  readonly documents: readonly RecordRow[];
  /** All of the room, to name what a copy is a copy of. */
  readonly all: readonly RecordRow[];
  readonly isFolderShown?: boolean;
  readonly selection?: RowSelection;
  readonly order?: { readonly sort: DocumentSort; readonly isReversed: boolean };
  readonly onSort?: (sort: DocumentSort) => void;
  readonly onOpenFolder?: (path: FolderPath) => void;
  readonly drag?: DragDocuments;
}

const none: readonly FolderRow[] = [];

export function DocumentsTable(props: DocumentsTableProps): ReactNode {
  const {
    label,
    uploads,
    folders = none,
    documents,
    all,
    selection,
    order,
    onSort,
    onOpenFolder,
    drag,
  } = props;
  const texts = useTexts();
  const navigate = useNavigate();
  const { code, room } = useRoom();
  const { ask, busy } = useDocumentActions();
  const access = useAccess(room);
  const people = useMemo(() => whoCanOpen(access.data?.members ?? [], texts), [access.data, texts]);
  const byRecord = useMemo(() => new Map<string, RecordRow>(all.map((row) => [row.record, row])), [all]);
  const { shown, more } = useGrowing(documents);
  /** The row that was chosen last: with shift everything from it on is. */
  const anchor = useRef<string>(undefined);

  const byKey = new Map<string, FolderRow | RecordRow>();
  for (const folder of folders) byKey.set(`f:${keyOfPath(folder.path)}`, folder);
  for (const row of shown) byKey.set(`d:${row.record}`, row);
  const open = (key: string): void => {
    const found = byKey.get(key);
    if (found === undefined) return;
    if ('path' in found) onOpenFolder?.(found.path);
    else if (found.state === 'destroyed') ask({ kind: 'peek', row: found });
    else void navigate({ to: paths.document, params: { code, record: found.record } });
  };
  const peek = (key: string): void => {
    const found = byKey.get(key);
    if (found === undefined) return;
    if ('path' in found) onOpenFolder?.(found.path);
    else ask({ kind: 'peek', row: found });
  };
  const recordsAt = (key: string): readonly string[] => {
    const found = byKey.get(key);
    if (found === undefined) return [];
    return 'path' in found ? choosable(found.documents) : choosable([found]);
  };
  const toggle = (key: string): void => {
    const records = recordsAt(key);
    selection?.set(records, !records.every((record) => selection.chosen.has(record)));
    anchor.current = key;
  };
  const chooseUpTo = (key: string): void => {
    selection?.set(rowsBetween([...byKey.keys()], anchor.current, key).flatMap(recordsAt), true);
    anchor.current = key;
  };
  const keys = useRowKeys({
    keys: [...byKey.keys()],
    onOpen: open,
    onPeek: peek,
    onToggle: selection === undefined ? undefined : toggle,
    onToggleUpTo: selection === undefined ? undefined : chooseUpTo,
  });
  const rowProps = (key: string): RowProps => ({
    'data-row': key,
    tabIndex: keys.active === key ? 0 : -1,
    onFocus: () => keys.onFocusRow(key),
    onClick: (event) => {
      // With shift the browser marks words up to here, which nobody wanted.
      if (selection !== undefined && event.shiftKey) document.getSelection()?.removeAllRanges();
      if (event.target instanceof HTMLInputElement) {
        // The box changes its own row; the rows on the way to it are chosen with it.
        if (event.shiftKey && event.target.checked) chooseUpTo(key);
        else anchor.current = key;
        return;
      }
      // Links, buttons and menus in a row do their own work.
      if (event.target instanceof Element && event.target.closest('a, button, label, [popover]') !== null)
        return;
      if (selection !== undefined && event.shiftKey) chooseUpTo(key);
      else if (selection !== undefined && (event.ctrlKey || event.metaKey)) toggle(key);
      else open(key);
    },
  });
  return (
    <table
      className="table documents-table"
      role="grid"
      aria-label={label}
      aria-multiselectable={selection === undefined ? undefined : true}
      data-selectable={selection === undefined ? undefined : ''}
    >
      <DocumentsHead
        order={order}
        onSort={onSort}
        selection={selection}
        records={choosable([...folders.flatMap((folder) => folder.documents), ...documents])}
      />
      <tbody ref={keys.list} onKeyDown={keys.onKeyDown}>
        {uploads.map((item) => (
          <UploadTableRow key={item.id} item={item} isSelectable={selection !== undefined} />
        ))}
        {folders.map((folder) => {
          const key = `f:${keyOfPath(folder.path)}`;
          return (
            <FolderTableRow
              key={key}
              folder={folder}
              people={people}
              rowProps={{
                ...rowProps(key),
                ...drag?.source({ kind: 'folder', folder }),
                ...drag?.target(folder.path),
              }}
              selection={selection}
              onOpen={() => onOpenFolder?.(folder.path)}
            />
          );
        })}
        {shown.map((row) => {
          const key = `d:${row.record}`;
          return (
            <DocumentTableRow
              key={key}
              row={row}
              people={people}
              original={originalOf(row, byRecord)}
              isFolderShown={props.isFolderShown ?? false}
              isBusy={busy.has(row.record)}
              selection={selection}
              rowProps={{
                ...rowProps(key),
                ...drag?.source({ kind: 'documents', rows: draggedWith(row, all, selection) }),
              }}
            />
          );
        })}
        {more}
      </tbody>
    </table>
  );
}

/** The document that a row is a copy of, while the two are to be compared. */
function originalOf(row: RecordRow, byRecord: ReadonlyMap<string, RecordRow>): RecordRow | undefined {
  if (row.conflictOf === undefined || row.state === 'destroyed' || isSettled(row)) return undefined;
  const original = byRecord.get(row.conflictOf);
  return original?.state === 'present' ? original : undefined;
}

/** A chosen row takes the others along. */
function draggedWith(
  row: RecordRow,
  all: readonly RecordRow[],
  selection: RowSelection | undefined,
): readonly RecordRow[] {
  return selection?.chosen.has(row.record) === true
    ? all.filter(({ record }) => selection.chosen.has(record))
    : [row];
}
