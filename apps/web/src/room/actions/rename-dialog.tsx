import type { RecordRow } from '@strongroom/device';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { useTexts } from '../../texts/texts-context.tsx';
import { Button, Dialog, TextField } from '../../ui/index.ts';

export interface RenameDialogProps {
  readonly title: string;
  readonly hint?: string | undefined;
  readonly name: string;
  /** Names that stand beside it. */
  readonly taken: ReadonlySet<string>;
  readonly onRename: (name: string) => void;
  readonly onClose: () => void;
}

/** Asks for another name of a document or folder. */
export function RenameDialog({ title, hint, name, taken, onRename, onClose }: RenameDialogProps): ReactNode {
  const { t } = useTexts();
  const [text, setText] = useState(name);
  const [isTried, setIsTried] = useState(false);
  const problem = problemOf(text, name, taken);
  return (
    <Dialog
      size="s"
      title={title}
      onClose={onClose}
      onSubmit={() => {
        setIsTried(true);
        if (problem !== undefined) return;
        onClose();
        if (text.trim() !== name) onRename(text.trim());
      }}
      footer={
        <>
          <Button type="submit" variant="primary">
            {t('web.room.rename.go')}
          </Button>
          <Button onClick={onClose}>{t('web.room.cancel')}</Button>
        </>
      }
    >
      <TextField
        label={t('web.room.rename.name')}
        hint={hint}
        error={isTried && problem !== undefined ? t(`web.room.rename.${problem}`) : undefined}
        value={text}
        onChange={setText}
        autoFocus
        maxLength={240}
        spellCheck={false}
        onFocus={(event) => {
          // The ending stays as it is unless it is meant.
          const dot = name.lastIndexOf('.');
          event.target.setSelectionRange(0, dot > 0 ? dot : name.length);
        }}
      />
    </Dialog>
  );
}

/** What is wrong with a name. */
export function problemOf(
  text: string,
  before: string,
  taken: ReadonlySet<string>,
): 'empty' | 'taken' | undefined {
  const name = text.trim();
  if (name === '') return 'empty';
  return name !== before && taken.has(name) ? 'taken' : undefined;
}

/** Names of documents in a folder. */
export function namesBeside(rows: readonly RecordRow[], folder: readonly string[]): ReadonlySet<string> {
  const where = JSON.stringify(folder);
  return new Set(rows.filter((row) => JSON.stringify(row.folder) === where).map(({ name }) => name));
}
