/** After an archive was made: how many documents it holds, and each that was left out, with the reason. */
import type { RecordRow } from '@strongroom/device';
import type { ReactNode } from 'react';
import { useTexts } from '../../texts/texts-context.tsx';
import { Button, Dialog } from '../../ui/index.ts';
import { nameOfRecord } from '../document-words.ts';
import type { LeftOut } from './left-out.ts';
import './actions.css';

export interface LeftOutDialogProps {
  /** Documents in the archive that was saved; 0: none was. */
  readonly saved: number;
  readonly left: readonly LeftOut<RecordRow>[];
  readonly onClose: () => void;
}

export function LeftOutDialog({ saved, left, onClose }: LeftOutDialogProps): ReactNode {
  const texts = useTexts();
  const { t, find } = texts;
  return (
    <Dialog
      title={saved === 0 ? t('web.room.download.none') : t('web.room.download.done', { count: saved })}
      description={t(saved === 0 ? 'web.room.download.none.why' : 'web.room.download.left', {
        count: left.length,
      })}
      onClose={onClose}
      footer={
        <Button variant="primary" onClick={onClose}>
          {t('web.room.close')}
        </Button>
      }
    >
      <ul className="left-out" aria-label={t('web.room.download.left.label')}>
        {left.map(({ row, code }) => (
          <li key={row.record}>
            <b dir="auto">{nameOfRecord(row, texts)}</b>
            <span className="row-under">{find(`error.${code}.title`) ?? code}</span>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
