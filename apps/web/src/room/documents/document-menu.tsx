import { Link } from '@tanstack/react-router';
import type { RecordRow } from '@strongroom/device';
import {
  BadgeCheck,
  Download,
  Eye,
  FileCheck,
  FilePlus,
  FolderInput,
  FolderPen,
  History,
  PencilLine,
  Trash2,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { paths } from '../../app/paths.ts';
import { useTexts } from '../../texts/texts-context.tsx';
import type { Texts } from '../../texts/texts-context.tsx';
import { HoldTapeGlyph, Menu } from '../../ui/index.ts';
import type { MenuItem } from '../../ui/index.ts';
import { useAddFiles } from '../../uploads/add-files-context.ts';
import { useDocumentActions } from '../actions/document-actions-context.ts';
import type { DocumentActions } from '../actions/document-actions-context.ts';
import { nameOfRecord } from '../document-words.ts';
import type { FolderRow } from '../folder-tree.ts';
import { useRoom } from '../room-context.ts';
import { useMyRights } from '../room-queries.ts';
import type { MyRights } from '../room-queries.ts';
import { proposeReason } from './propose-reason.ts';

/** Everything that can be done with one document. */
export function DocumentMenu({
  row,
  original,
}: {
  readonly row: RecordRow;
  /** The document that this is a conflict copy of, if it is there and the two are not settled. */
  readonly original: RecordRow | undefined;
}): ReactNode {
  const texts = useTexts();
  const { code, room } = useRoom();
  const actions = useDocumentActions();
  const rights = useMyRights(room);
  const { disabledReason } = useAddFiles();
  return (
    <Menu
      isTabStop={false}
      label={texts.t('web.room.menu.of', { name: nameOfRecord(row, texts) })}
      items={
        row.state === 'destroyed'
          ? destroyedItems(row, actions, texts)
          : documentItems({ row, original, code, actions, rights, frozen: disabledReason, texts })
      }
    />
  );
}

function documentItems(options: {
  readonly row: RecordRow;
  readonly original: RecordRow | undefined;
  readonly code: string;
  readonly actions: DocumentActions;
  readonly rights: MyRights;
  readonly frozen: string | undefined;
  readonly texts: Texts;
}): readonly MenuItem[] {
  const { row, original, code, actions, rights, frozen, texts } = options;
  const { t } = texts;
  const { ask } = actions;
  return [
    {
      id: 'open',
      label: t('web.room.menu.open'),
      icon: <Eye aria-hidden="true" />,
      shortcut: 'Enter',
      render: (props) => <Link {...props} to={paths.document} params={{ code, record: row.record }} />,
    },
    {
      id: 'peek',
      label: t('web.room.menu.peek'),
      shortcut: 'Space',
      onSelect: () => ask({ kind: 'peek', row }),
    },
    {
      id: 'history',
      label: t('web.room.menu.history'),
      icon: <History aria-hidden="true" />,
      onSelect: () => ask({ kind: 'history', row }),
    },
    { id: 'rule-1', isSeparator: true },
    {
      id: 'version',
      label: t('web.room.menu.version'),
      icon: <FilePlus aria-hidden="true" />,
      disabledReason: frozen,
      onSelect: () => actions.addVersion(row),
    },
    ...(original === undefined
      ? []
      : [
          {
            id: 'newest',
            label: t('web.room.newest'),
            icon: <FileCheck aria-hidden="true" />,
            disabledReason: frozen,
            onSelect: () => ask({ kind: 'make-newest', row, original }),
          },
        ]),
    {
      id: 'rename',
      label: t('web.room.menu.rename'),
      icon: <PencilLine aria-hidden="true" />,
      disabledReason: frozen,
      onSelect: () => ask({ kind: 'rename', row }),
    },
    {
      id: 'move',
      label: t('web.room.menu.move'),
      icon: <FolderInput aria-hidden="true" />,
      disabledReason: frozen,
      onSelect: () => ask({ kind: 'move', rows: [row] }),
    },
    {
      id: 'download',
      label: t('web.room.menu.download'),
      icon: <Download aria-hidden="true" />,
      disabledReason: frozen,
      onSelect: () => ask({ kind: 'download', rows: [row], name: row.name.replace(/\.[^.]*$/u, '') }),
    },
    { id: 'rule-2', isSeparator: true },
    {
      id: 'hold',
      label: t('web.room.menu.hold'),
      icon: <HoldTapeGlyph />,
      disabledReason: rights.isOfficer ? undefined : t('web.room.only-officers'),
      onSelect: () => ask({ kind: 'hold', rows: [row] }),
    },
    {
      id: 'propose',
      label: t('web.room.menu.propose'),
      icon: <Trash2 aria-hidden="true" />,
      isDanger: true,
      disabledReason: proposeReason(row, rights, texts),
      onSelect: () => ask({ kind: 'propose', rows: [row] }),
    },
  ];
}

function destroyedItems(row: RecordRow, { ask }: DocumentActions, { t }: Texts): readonly MenuItem[] {
  const { disposal } = row;
  return [
    ...(disposal === undefined
      ? []
      : [
          {
            id: 'certificate',
            label: t('web.room.menu.certificate'),
            icon: <BadgeCheck aria-hidden="true" />,
            render: (props: {
              readonly className: string;
              readonly children: ReactNode;
              readonly onClick: () => void;
            }) => (
              <Link
                {...props}
                role="menuitem"
                tabIndex={-1}
                to={paths.disposalDetails}
                params={{ disposal: disposal.disposal }}
              />
            ),
          },
        ]),
    {
      id: 'history',
      label: t('web.room.menu.history'),
      icon: <History aria-hidden="true" />,
      onSelect: () => ask({ kind: 'history', row }),
    },
  ];
}

/** Everything that can be done with a folder. */
export function FolderMenu({ folder }: { readonly folder: FolderRow }): ReactNode {
  const { t } = useTexts();
  const { ask } = useDocumentActions();
  const addFiles = useAddFiles();
  const present = folder.documents.filter(({ state }) => state === 'present');
  return (
    <Menu
      isTabStop={false}
      label={t('web.room.menu.of', { name: folder.name })}
      items={[
        {
          id: 'add',
          label: t('web.room.menu.add-here'),
          icon: <FilePlus aria-hidden="true" />,
          disabledReason: addFiles.disabledReason,
          onSelect: () => addFiles.chooseFiles(folder.path),
        },
        {
          id: 'rename',
          label: t('web.room.menu.rename'),
          icon: <FolderPen aria-hidden="true" />,
          disabledReason: addFiles.disabledReason,
          onSelect: () => ask({ kind: 'rename-folder', folder }),
        },
        {
          id: 'download',
          label: t('web.room.menu.download-zip'),
          icon: <Download aria-hidden="true" />,
          disabledReason: addFiles.disabledReason,
          onSelect: () => ask({ kind: 'download', rows: present, name: folder.name }),
        },
      ]}
    />
  );
}
