/** A folder is there while something lies in it: making one says what goes in. */
import type { RecordRow } from '@strongroom/device';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { useTexts } from '../../texts/texts-context.tsx';
import { Button, Dialog, RadioGroup, TextField } from '../../ui/index.ts';
import { useAddFiles } from '../../uploads/add-files-context.ts';
import { contentsOf } from '../folder-tree.ts';
import type { FolderPath } from '../folder-tree.ts';
import { problemOf } from './rename-dialog.tsx';

export interface NewFolderDialogProps {
  readonly parent: FolderPath;
  /** What is selected and could go in. */
  readonly selected: readonly RecordRow[];
  /** All of the room. */
  readonly rows: readonly RecordRow[];
  readonly onMove: (into: FolderPath) => void;
  readonly onClose: () => void;
}

export function NewFolderDialog({
  parent,
  selected,
  rows,
  onMove,
  onClose,
}: NewFolderDialogProps): ReactNode {
  const { t } = useTexts();
  const addFiles = useAddFiles();
  const [name, setName] = useState('');
  const [what, setWhat] = useState<'move' | 'files'>(selected.length > 0 ? 'move' : 'files');
  const [isTried, setIsTried] = useState(false);
  const taken = new Set(contentsOf(rows, parent).folders.map((folder) => folder.name));
  const problem = problemOf(name, '', taken);
  return (
    <Dialog
      size="s"
      title={t('web.room.folder.new')}
      description={
        parent.length === 0 ? undefined : t('web.room.folder.inside', { folder: parent.join(' › ') })
      }
      onClose={onClose}
      onSubmit={() => {
        setIsTried(true);
        if (problem !== undefined) return;
        const path = [...parent, name.trim()];
        onClose();
        if (what === 'move') onMove(path);
        else addFiles.chooseFiles(path);
      }}
      footer={
        <>
          <Button type="submit" variant="primary">
            {what === 'move' ? t('web.room.folder.go.move') : t('web.room.folder.go.files')}
          </Button>
          <Button onClick={onClose}>{t('web.room.cancel')}</Button>
        </>
      }
    >
      <TextField
        label={t('web.room.folder.name')}
        hint={t('web.room.folder.hint')}
        error={isTried && problem !== undefined ? t(`web.room.rename.${problem}`) : undefined}
        value={name}
        onChange={setName}
        autoFocus
        maxLength={240}
      />
      {selected.length === 0 ? undefined : (
        <RadioGroup<'move' | 'files'>
          label={t('web.room.folder.what')}
          value={what}
          onChange={setWhat}
          options={[
            { value: 'move', label: t('web.room.folder.what.move', { count: selected.length }) },
            { value: 'files', label: t('web.room.folder.what.files') },
          ]}
        />
      )}
    </Dialog>
  );
}
