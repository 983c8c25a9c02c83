import type { RecordRow } from '@strongroom/device';
import { Download, FolderInput, Trash2, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTexts } from '../../texts/texts-context.tsx';
import { BulkBar, Button, HoldTapeGlyph, formatBytes } from '../../ui/index.ts';
import { useAddFiles } from '../../uploads/add-files-context.ts';
import { useDocumentActions } from '../actions/document-actions-context.ts';
import { useRoom } from '../room-context.ts';
import { useMyRights } from '../room-queries.ts';

export interface SelectionBarProps {
  readonly selected: readonly RecordRow[];
  /** Names the archive. */
  readonly name: string;
  readonly onClear: () => void;
}

/** What can be done with the chosen documents; nothing while none is. */
export function SelectionBar({ selected, name, onClear }: SelectionBarProps): ReactNode {
  const { t, intlTag } = useTexts();
  const { room } = useRoom();
  const { ask } = useDocumentActions();
  const { disabledReason } = useAddFiles();
  const rights = useMyRights(room);
  if (selected.length === 0) return undefined;
  const size = formatBytes(
    intlTag,
    selected.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
  );
  return (
    <BulkBar label={t('web.room.selected', { count: selected.length, size })}>
      <Button
        size="s"
        icon={<FolderInput aria-hidden="true" />}
        disabledReason={disabledReason}
        onClick={() => ask({ kind: 'move', rows: selected })}
      >
        {t('web.room.menu.move')}
      </Button>
      <Button
        size="s"
        icon={<Download aria-hidden="true" />}
        disabledReason={disabledReason}
        onClick={() => ask({ kind: 'download', rows: selected, name })}
      >
        {t('web.room.menu.download-zip')}
      </Button>
      {rights.isOfficer ? (
        <Button size="s" icon={<HoldTapeGlyph />} onClick={() => ask({ kind: 'hold', rows: selected })}>
          {t('web.room.menu.hold')}
        </Button>
      ) : undefined}
      {rights.mayDispose ? (
        <Button
          size="s"
          icon={<Trash2 aria-hidden="true" />}
          onClick={() => ask({ kind: 'propose', rows: selected })}
        >
          {t('web.room.menu.propose')}
        </Button>
      ) : undefined}
      <Button size="s" variant="quiet" icon={<X aria-hidden="true" />} onClick={onClear}>
        {t('web.room.selected.clear')}
      </Button>
    </BulkBar>
  );
}
