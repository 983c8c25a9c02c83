/** Every file of the queue, with what the server has acknowledged, and what can be done about each. Survives routing: the queue is the worker's. */
import { CircleCheck, FileQuestion, Pause, Play, RotateCcw, TriangleAlert, Upload, X } from 'lucide-react';
import { StrongroomError } from '@strongroom/core';
import { useRef } from 'react';
import type { ReactNode } from 'react';
import { useKeys, useUploads } from '../keys/keys-context.tsx';
import type { UploadItem } from '../keys/contract.ts';
import { useTexts } from '../texts/texts-context.tsx';
import {
  canPause,
  describeQueue,
  describeUpload,
  isAtRest,
  percentOf,
  summariseQueue,
} from './upload-words.ts';
import { Button, Dialog, EmptyState, IconButton, Progress, useToast } from '../ui/index.ts';
import { useSayError } from './use-say-error.ts';
import '../ui/table/table.css';
import './uploads.css';

export function UploadsDrawer({ onClose }: { readonly onClose: () => void }): ReactNode {
  const texts = useTexts();
  const { t } = texts;
  const keys = useKeys();
  const items = useUploads();
  const summary = summariseQueue(items);
  const canPauseAll = items.some(({ state }) => canPause(state));
  const canResumeAll = items.some(({ state }) => state === 'paused');
  return (
    <Dialog
      size="side"
      title={t('web.uploads.title')}
      description={items.length === 0 ? undefined : describeQueue(summary, texts)}
      onClose={onClose}
      footer={
        <p className="uploads-promise">
          <span>{t('web.uploads.promise')}</span>
        </p>
      }
    >
      {items.length === 0 ? (
        <EmptyState
          icon={<Upload aria-hidden="true" />}
          title={t('web.uploads.empty')}
          sentence={t('web.uploads.empty.hint')}
        />
      ) : (
        <>
          <div className="uploads-all">
            <Progress
              label={t('web.uploads.all')}
              value={summary.doneBytes}
              max={Math.max(1, summary.totalBytes)}
              tone={summary.looks > 0 ? 'amber' : 'act'}
            />
            <div className="uploads-buttons">
              {canPauseAll ? (
                <Button size="s" icon={<Pause aria-hidden="true" />} onClick={() => void keys.files.pause()}>
                  {t('web.uploads.pause-all')}
                </Button>
              ) : undefined}
              {canResumeAll ? (
                <Button size="s" icon={<Play aria-hidden="true" />} onClick={() => void keys.files.resume()}>
                  {t('web.uploads.resume-all')}
                </Button>
              ) : undefined}
              {summary.done > 0 ? (
                <Button size="s" variant="quiet" onClick={() => void keys.files.clearDone()}>
                  {t('web.uploads.clear-done')}
                </Button>
              ) : undefined}
            </div>
          </div>
          <ul className="uploads-list" aria-label={t('web.uploads.list')}>
            {items.map((item) => (
              <UploadRow key={item.id} item={item} />
            ))}
          </ul>
        </>
      )}
    </Dialog>
  );
}

function UploadRow({ item }: { readonly item: UploadItem }): ReactNode {
  const texts = useTexts();
  const { t, find } = texts;
  const tone = item.state === 'failed' ? 'tape' : item.state === 'needs-source' ? 'amber' : 'act';
  const next = item.state === 'failed' ? find(`error.${item.error?.code ?? ''}.next`) : undefined;
  return (
    <li className="upload-row" data-state={item.state}>
      <StateIcon item={item} />
      <div className="upload-words">
        <b dir="auto">{item.name}</b>
        {item.folder.length === 0 ? undefined : (
          <span className="row-under" dir="auto">
            {item.folder.join(' › ')}
          </span>
        )}
        {item.state === 'done' ? undefined : (
          <Progress
            label={t('web.uploads.progress', { name: item.name })}
            value={percentOf(item)}
            tone={tone}
          />
        )}
        <span className="row-under">{describeUpload(item, texts)}</span>
        {next === undefined ? undefined : <span className="row-under">{next}</span>}
      </div>
      <UploadButtons item={item} />
    </li>
  );
}

/** What can be done about one file, by where it stands. Also on its row in the room. */
export function UploadButtons({ item }: { readonly item: UploadItem }): ReactNode {
  const { t } = useTexts();
  const keys = useKeys();
  const toast = useToast();
  const sayError = useSayError();
  const input = useRef<HTMLInputElement>(null);
  const { id, name, state } = item;
  const provide = (file: File): void => {
    keys.files.provide(id, file).catch((error: unknown) => {
      if (error instanceof StrongroomError && error.code === 'SOURCE_CHANGED')
        toast.show({ tone: 'bad', text: t('web.uploads.not-same', { name }) });
      else sayError(error);
    });
  };
  return (
    <div className="upload-buttons">
      {state === 'needs-source' ? (
        <>
          <Button size="s" icon={<FileQuestion aria-hidden="true" />} onClick={() => input.current?.click()}>
            {t('web.uploads.choose-again')}
          </Button>
          <input
            ref={input}
            type="file"
            hidden
            aria-label={t('web.uploads.choose-again-of', { name })}
            onChange={(event) => {
              const file = event.target.files?.[0];
              event.target.value = '';
              if (file !== undefined) provide(file);
            }}
          />
        </>
      ) : undefined}
      {state === 'paused' ? (
        <IconButton
          size="s"
          label={t('web.uploads.resume', { name })}
          icon={<Play aria-hidden="true" />}
          onClick={() => void keys.files.resume(id)}
        />
      ) : undefined}
      {state === 'failed' ? (
        <IconButton
          size="s"
          label={t('web.uploads.retry', { name })}
          icon={<RotateCcw aria-hidden="true" />}
          onClick={() => void keys.files.resume(id)}
        />
      ) : undefined}
      {canPause(state) ? (
        <IconButton
          size="s"
          label={t('web.uploads.pause', { name })}
          icon={<Pause aria-hidden="true" />}
          onClick={() => void keys.files.pause(id)}
        />
      ) : undefined}
      {state === 'done' || state === 'writing-line' ? undefined : (
        <IconButton
          size="s"
          label={t('web.uploads.remove', { name })}
          icon={<X aria-hidden="true" />}
          onClick={() => void keys.files.abandon(id)}
        />
      )}
    </div>
  );
}

function StateIcon({ item }: { readonly item: UploadItem }): ReactNode {
  if (item.state === 'done' && item.conflictOf === undefined)
    return <CircleCheck className="upload-done" aria-hidden="true" />;
  if (item.state === 'failed') return <TriangleAlert className="upload-failed" aria-hidden="true" />;
  if (item.state === 'needs-source' || item.conflictOf !== undefined)
    return <TriangleAlert className="upload-looks" aria-hidden="true" />;
  return isAtRest(item.state) ? <Pause aria-hidden="true" /> : <Upload aria-hidden="true" />;
}
