/**
 * Takes files into a room: pickers, drops anywhere on the page, and the question where a name is taken. What was decided goes to the
 * worker, which seals and sends; nothing is read here.
 */
import { useCallback, useMemo, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import type { RecordRow } from '@strongroom/device';
import type { RoomId } from '@strongroom/core';
import { useKeys } from '../keys/keys-context.tsx';
import type { FileToAdd } from '../keys/contract.ts';
import { useTexts } from '../texts/texts-context.tsx';
import { FileDrop, useFileChooser, useToast } from '../ui/index.ts';
import { AddFilesContext } from './add-files-context.ts';
import type { AddFiles } from './add-files-context.ts';
import { ClashDialog } from './clash-dialog.tsx';
import { useSayError } from './use-say-error.ts';
import { freeName, intoFolder, planFiles, renameFile } from './plan-files.ts';
import type { ClashChoice, NameClash } from './plan-files.ts';

export interface AddFilesProviderProps {
  readonly room: RoomId;
  /** The room's name, for the overlay. */
  readonly title: string;
  /** What lies in the room, as far as it is known. */
  readonly rows: readonly RecordRow[];
  readonly disabledReason?: string | undefined;
  readonly children: ReactNode;
}

export function AddFilesProvider({
  room,
  title,
  rows,
  disabledReason,
  children,
}: AddFilesProviderProps): ReactNode {
  const texts = useTexts();
  const { t } = texts;
  const keys = useKeys();
  const toast = useToast();
  const chosenInto = useRef<readonly string[]>([]);
  const [openFolder, setOpenFolder] = useState<readonly string[]>([]);
  const [clashes, setClashes] = useState<readonly NameClash[]>([]);

  const say = useSayError();
  const send = useCallback(
    (fresh: readonly FileToAdd[]) => {
      if (fresh.length > 0) keys.files.add({ room, files: fresh }).catch(say);
    },
    [keys, room, say],
  );
  const add = useCallback(
    (chosen: readonly FileToAdd[]) => {
      if (chosen.length === 0) return;
      if (disabledReason !== undefined) {
        toast.show({ tone: 'warn', text: disabledReason });
        return;
      }
      const plan = planFiles(chosen, rows);
      send(plan.fresh);
      setClashes(plan.clashes);
    },
    [disabledReason, rows, send, toast],
  );
  const settle = (choices: readonly ClashChoice[]): void => {
    setClashes([]);
    const taken = new Map<string, Set<string>>();
    const copies: FileToAdd[] = [];
    clashes.forEach(({ file, existing }, place) => {
      const choice = choices[place] ?? 'skip';
      if (choice === 'version') {
        keys.files
          .addVersion({ room, record: existing.record, base: existing.version, file: file.file })
          .catch(say);
      } else if (choice === 'both') {
        const where = JSON.stringify(file.folder);
        const names = taken.get(where) ?? namesIn(rows, file.folder);
        taken.set(where, names);
        const name = freeName(file.file.name, names);
        names.add(name);
        copies.push({ file: renameFile(file.file, name), folder: file.folder });
      }
    });
    send(copies);
  };

  const choose = useFileChooser((chosen) => add(intoFolder(chosen, chosenInto.current)));
  const handle = useMemo<AddFiles>(
    () => ({
      chooseFiles: (folder) => {
        chosenInto.current = folder;
        choose('files');
      },
      chooseFolder: (folder) => {
        chosenInto.current = folder;
        choose('folder');
      },
      add,
      setOpenFolder,
      ...(disabledReason === undefined ? {} : { disabledReason }),
    }),
    [add, choose, disabledReason],
  );
  return (
    <AddFilesContext value={handle}>
      <FileDrop
        label={
          openFolder.length === 0
            ? t('web.uploads.drop', { room: title })
            : t('web.uploads.drop.folder', { room: title, folder: openFolder.join(' › ') })
        }
        isOff={disabledReason !== undefined}
        onFiles={(dropped) => add(intoFolder(dropped, openFolder))}
        onUnreadable={() => toast.show({ tone: 'bad', text: t('web.uploads.drop-unreadable') })}
      >
        {children}
      </FileDrop>
      {clashes.length === 0 ? undefined : (
        <ClashDialog clashes={clashes} onSettle={settle} onClose={() => setClashes([])} />
      )}
    </AddFilesContext>
  );
}

function namesIn(rows: readonly RecordRow[], folder: readonly string[]): Set<string> {
  const where = JSON.stringify(folder);
  return new Set(rows.filter((row) => JSON.stringify(row.folder) === where).map(({ name }) => name));
}
