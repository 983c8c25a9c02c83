/** One line of the shell's dock while there is a queue: how many are in, and the way to the drawer. */
import { CircleCheck, TriangleAlert, Upload } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { useKeys, useUploads } from '../keys/keys-context.tsx';
import { useTexts } from '../texts/texts-context.tsx';
import { X } from 'lucide-react';
import { Button, IconButton, Progress, useFetched } from '../ui/index.ts';
import { describeQueue, summariseQueue } from './upload-words.ts';
import type { UploadsDrawer as Drawer } from './uploads-drawer.tsx';
import './uploads.css';

/** With the line itself, so that it is there without the server. */
export const loadDrawer = async (): Promise<typeof Drawer> =>
  (await import('./uploads-drawer.tsx')).UploadsDrawer;

/** Nothing while there is no queue. */
export function UploadsDock(): ReactNode {
  const texts = useTexts();
  const { t } = texts;
  const keys = useKeys();
  const items = useUploads();
  const [isOpen, setIsOpen] = useState(false);
  const UploadsDrawer = useFetched(loadDrawer);
  const summary = summariseQueue(items);
  const isOver = summary.total > 0 && summary.done === summary.total;
  return (
    <>
      {items.length === 0 ? undefined : (
        <div className="uploads-dock">
          {summary.looks > 0 ? (
            <TriangleAlert className="upload-looks" aria-hidden="true" />
          ) : isOver ? (
            <CircleCheck className="upload-done" aria-hidden="true" />
          ) : (
            <Upload aria-hidden="true" />
          )}
          <p className="uploads-dock-words" role="status">
            {describeQueue(summary, texts)}
          </p>
          {isOver ? undefined : (
            <div className="uploads-dock-bar">
              <Progress
                label={t('web.uploads.all')}
                value={summary.doneBytes}
                max={Math.max(1, summary.totalBytes)}
                tone={summary.looks > 0 ? 'amber' : 'act'}
              />
            </div>
          )}
          <Button size="s" onClick={() => setIsOpen(true)}>
            {t('web.uploads.show')}
          </Button>
          {isOver ? (
            <IconButton
              size="s"
              label={t('web.uploads.clear-done')}
              icon={<X aria-hidden="true" />}
              onClick={() => void keys.files.clearDone()}
            />
          ) : undefined}
        </div>
      )}
      {isOpen && UploadsDrawer !== undefined ? <UploadsDrawer onClose={() => setIsOpen(false)} /> : undefined}
    </>
  );
}
