/** The three kinds of rows: a document, a folder, a file on its way. */
import type { RecordRow } from '@strongroom/device';
import { Folder, Upload } from 'lucide-react';
import type { ReactNode } from 'react';
import type { UploadItem } from '../../keys/contract.ts';
import { classTitle } from '../../clients/class-words.ts';
import { useTexts } from '../../texts/texts-context.tsx';
import { AvatarStack, Checkbox, KeyBit, Progress, formatBytes } from '../../ui/index.ts';
import type { AvatarPerson } from '../../ui/index.ts';
import { describeUpload, percentOf } from '../../uploads/upload-words.ts';
import { UploadButtons } from '../../uploads/uploads-drawer.tsx';
import { nameOfRecord } from '../document-words.ts';
import type { FolderRow } from '../folder-tree.ts';
import { KeepCell, NameCell, OpenedCell } from './document-cells.tsx';
import { DocumentMenu, FolderMenu } from './document-menu.tsx';
import { choosable } from './row-selection.ts';
import type { RowProps, RowSelection } from './row-selection.ts';

export interface DocumentTableRowProps {
  readonly row: RecordRow;
  readonly people: readonly AvatarPerson[];
  readonly original: RecordRow | undefined;
  readonly isFolderShown: boolean;
  readonly isBusy: boolean;
  readonly selection: RowSelection | undefined;
  readonly rowProps: RowProps;
}

export function DocumentTableRow({
  row,
  people,
  original,
  isFolderShown,
  isBusy,
  selection,
  rowProps,
}: DocumentTableRowProps): ReactNode {
  const texts = useTexts();
  const { t } = texts;
  const isGone = row.state === 'destroyed';
  const isChosen = selection?.chosen.has(row.record) ?? false;
  return (
    <tr
      {...rowProps}
      aria-selected={selection === undefined ? undefined : isChosen}
      aria-busy={isBusy || undefined}
      data-state={isGone ? 'gone' : isBusy ? 'muted' : isChosen ? 'selected' : undefined}
    >
      {selection === undefined ? undefined : (
        <td data-card="select">
          <Checkbox
            label={t('web.room.select.one', { name: nameOfRecord(row, texts) })}
            isLabelHidden
            isChecked={isChosen}
            isDisabled={isGone}
            onChange={(chosen) => selection.set([row.record], chosen)}
          />
        </td>
      )}
      <td data-card="main">
        <NameCell row={row} isFolderShown={isFolderShown} original={original} />
      </td>
      <td data-card={isGone ? 'hidden' : 'line'}>
        {isGone ? (
          t('web.room.class.none')
        ) : (
          <KeyBit value={row.class} label={classTitle(row.class, texts)} />
        )}
      </td>
      <td data-card="hidden">
        {isGone ? (
          t('web.room.can-open.nobody')
        ) : (
          <AvatarStack people={people} max={3} label={t('web.room.people.count', { count: people.length })} />
        )}
      </td>
      <td data-card="hidden">
        <OpenedCell row={row} />
      </td>
      <td data-card={isGone ? 'line' : 'hidden'}>
        <KeepCell row={row} />
      </td>
      <td data-card="aside">
        <DocumentMenu row={row} original={original} />
      </td>
    </tr>
  );
}

export interface FolderTableRowProps {
  readonly folder: FolderRow;
  readonly people: readonly AvatarPerson[];
  readonly selection: RowSelection | undefined;
  readonly rowProps: RowProps;
  readonly onOpen: () => void;
}

/** A folder: its columns tell of what lies in it, the highest class and the newest opening. */
export function FolderTableRow({
  folder,
  people,
  selection,
  rowProps,
  onOpen,
}: FolderTableRowProps): ReactNode {
  const texts = useTexts();
  const { t, intlTag } = texts;
  const records = choosable(folder.documents);
  const chosen = records.filter((record) => selection?.chosen.has(record) === true).length;
  const isChosen = records.length > 0 && chosen === records.length;
  const present = folder.documents.filter(({ state }) => state === 'present');
  const newest = present.reduce<RecordRow | undefined>(
    (found, row) => ((row.lastOpened?.atMs ?? 0) > (found?.lastOpened?.atMs ?? 0) ? row : found),
    undefined,
  );
  const highest = present.reduce<RecordRow | undefined>(
    (found, row) => (row.class > (found?.class ?? -1) ? row : found),
    undefined,
  );
  const held = present.find(({ isOnHold }) => isOnHold);
  return (
    <tr
      {...rowProps}
      aria-selected={selection === undefined ? undefined : isChosen}
      data-state={isChosen ? 'selected' : undefined}
      data-folder=""
    >
      {selection === undefined ? undefined : (
        <td data-card="select">
          <Checkbox
            label={t('web.room.select.folder', { name: folder.name })}
            isLabelHidden
            isChecked={isChosen}
            isMixed={chosen > 0 && !isChosen}
            isDisabled={records.length === 0}
            onChange={(wanted) => selection.set(records, wanted)}
          />
        </td>
      )}
      <td data-card="main">
        <div className="row-name">
          <Folder aria-hidden="true" />
          <div>
            <button type="button" className="folder-button" tabIndex={-1} dir="auto" onClick={onOpen}>
              {folder.name}
            </button>
            <span className="row-under">
              {t('web.room.folder.count', { count: folder.documents.length })},{' '}
              {formatBytes(intlTag, folder.sizeBytes)}
            </span>
          </div>
        </div>
      </td>
      <td data-card="hidden">
        {highest === undefined ? undefined : (
          <KeyBit value={highest.class} label={classTitle(highest.class, texts)} />
        )}
      </td>
      <td data-card="hidden">
        <AvatarStack people={people} max={3} label={t('web.room.people.count', { count: people.length })} />
      </td>
      <td data-card="hidden">{newest === undefined ? undefined : <OpenedCell row={newest} />}</td>
      <td data-card="hidden">{held === undefined ? undefined : <KeepCell row={held} />}</td>
      <td data-card="aside">
        <FolderMenu folder={folder} />
      </td>
    </tr>
  );
}

/** A file on its way stands where it will stand. */
export function UploadTableRow({
  item,
  isSelectable,
}: {
  readonly item: UploadItem;
  readonly isSelectable: boolean;
}): ReactNode {
  const texts = useTexts();
  const { t } = texts;
  const percent = percentOf(item);
  const isWrong = item.state === 'failed' || item.state === 'needs-source';
  return (
    <tr data-upload={item.state}>
      {isSelectable ? <td data-card="hidden" /> : undefined}
      <td data-card="main" colSpan={4}>
        <div className="row-name">
          <Upload aria-hidden="true" />
          <div className="upload-in-row">
            <b dir="auto">{item.name}</b>
            <Progress
              label={t('web.uploads.progress', { name: item.name })}
              value={percent}
              tone={isWrong ? 'amber' : 'act'}
            />
            <span className="row-under">
              {item.state === 'sending'
                ? t('web.uploads.row.sending', { percent: String(percent) })
                : describeUpload(item, texts)}
            </span>
          </div>
        </div>
      </td>
      <td data-card="aside" colSpan={2}>
        <UploadButtons item={item} />
      </td>
    </tr>
  );
}
