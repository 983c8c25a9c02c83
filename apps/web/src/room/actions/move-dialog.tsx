import type { RecordRow } from '@strongroom/device';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { useTexts } from '../../texts/texts-context.tsx';
import { Button, Dialog, RadioGroup, TextField } from '../../ui/index.ts';
import { isSamePath, keyOfPath, listFolders } from '../folder-tree.ts';
import type { FolderPath } from '../folder-tree.ts';
import { useRoom } from '../room-context.ts';

export interface MoveDialogProps {
  readonly moving: readonly RecordRow[];
  /** All of the room. */
  readonly rows: readonly RecordRow[];
  readonly onMove: (into: FolderPath) => void;
  readonly onClose: () => void;
}

const newFolder = 'new';

/** Asks where documents are to lie. */
export function MoveDialog({ moving, rows, onMove, onClose }: MoveDialogProps): ReactNode {
  const { t } = useTexts();
  const { title } = useRoom();
  const [first] = moving;
  const from =
    first !== undefined && moving.every((row) => isSamePath(row.folder, first.folder))
      ? first.folder
      : undefined;
  const folders: readonly FolderPath[] = [[], ...listFolders(rows)];
  const [chosen, setChosen] = useState<string>(() =>
    folders.length === 1
      ? newFolder
      : keyOfPath(folders.find((path) => from === undefined || !isSamePath(path, from)) ?? []),
  );
  const [name, setName] = useState('');
  const [isTried, setIsTried] = useState(false);
  const path = chosen === newFolder ? [name.trim()] : (JSON.parse(chosen) as FolderPath);
  const isNameless = chosen === newFolder && name.trim() === '';
  return (
    <Dialog
      title={
        moving.length === 1 && first !== undefined
          ? t('web.room.move.title.one', { name: first.name })
          : t('web.room.move.title', { count: moving.length })
      }
      onClose={onClose}
      onSubmit={() => {
        setIsTried(true);
        if (isNameless) return;
        onClose();
        onMove(path);
      }}
      footer={
        <>
          <Button type="submit" variant="primary">
            {t('web.room.move.go')}
          </Button>
          <Button onClick={onClose}>{t('web.room.cancel')}</Button>
        </>
      }
    >
      <RadioGroup
        label={t('web.room.move.into')}
        value={chosen}
        onChange={setChosen}
        options={[
          ...folders.map((each) => ({
            value: keyOfPath(each),
            label: <span dir="auto">{each.length === 0 ? title : each.join(' › ')}</span>,
            isDisabled: from !== undefined && isSamePath(each, from),
            ...(from !== undefined && isSamePath(each, from) ? { hint: t('web.room.move.here') } : {}),
          })),
          { value: newFolder, label: t('web.room.move.new') },
        ]}
      />
      {chosen === newFolder ? (
        <TextField
          label={t('web.room.folder.name')}
          value={name}
          onChange={setName}
          autoFocus
          maxLength={240}
          error={isTried && isNameless ? t('web.room.rename.empty') : undefined}
        />
      ) : undefined}
    </Dialog>
  );
}
