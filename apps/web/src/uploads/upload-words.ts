/** Where a file of the queue stands, in words and figures. */
import type { Texts } from '../texts/texts-context.tsx';
import type { UploadItem, UploadState } from '../keys/contract.ts';
import { formatBytes } from '../ui/index.ts';

/** States in which nothing more happens by itself. */
export function isAtRest(state: UploadState): boolean {
  return state === 'done' || state === 'failed' || state === 'paused' || state === 'needs-source';
}

/** Whether a person has to look at it. */
function needsLook(item: UploadItem): boolean {
  return item.state === 'failed' || item.state === 'needs-source' || item.conflictOf !== undefined;
}

/** Whether it can be paused now: what is being written into the ledger cannot. */
export function canPause(state: UploadState): boolean {
  return state === 'waiting' || state === 'sealing' || state === 'sending' || state === 'offline';
}

/** How much the server has acknowledged, in hundredths; never 100 before it is in the ledger. */
export function percentOf(item: UploadItem): number {
  if (item.state === 'done') return 100;
  if (item.totalBytes === 0) return 0;
  return Math.min(99, Math.floor((item.doneBytes / item.totalBytes) * 100));
}

/** The state as a sentence or word. */
export function describeUpload(item: UploadItem, texts: Texts): string {
  const { t, find, intlTag } = texts;
  switch (item.state) {
    case 'waiting':
      return t('web.uploads.state.waiting');
    case 'sealing':
      return t('web.uploads.state.sealing');
    case 'sending':
      return t('web.uploads.state.sending', {
        done: formatBytes(intlTag, item.doneBytes),
        total: formatBytes(intlTag, item.totalBytes),
      });
    case 'writing-line':
      return t('web.uploads.state.writing-line');
    case 'done':
      return item.conflictOf === undefined
        ? t('web.uploads.state.done', { size: formatBytes(intlTag, item.totalBytes) })
        : t('web.uploads.state.copy');
    case 'paused':
      return t('web.uploads.state.paused', {
        done: formatBytes(intlTag, item.doneBytes),
        total: formatBytes(intlTag, item.totalBytes),
      });
    case 'offline':
      return t('web.uploads.state.offline');
    case 'needs-source':
      return t('web.uploads.state.needs-source');
    case 'failed':
      return find(`error.${item.error?.code ?? ''}.title`) ?? t('web.uploads.state.failed');
  }
}

/** All of a queue in one line, and how far it is. */
export interface QueueSummary {
  readonly total: number;
  readonly done: number;
  readonly looks: number;
  readonly isMoving: boolean;
  readonly doneBytes: number;
  readonly totalBytes: number;
}

/** Sums up a queue. */
export function summariseQueue(items: readonly UploadItem[]): QueueSummary {
  return {
    total: items.length,
    done: items.filter(({ state }) => state === 'done').length,
    looks: items.filter(needsLook).length,
    isMoving: items.some(({ state }) => !isAtRest(state)),
    doneBytes: items.reduce(
      (sum, item) => sum + (item.state === 'done' ? item.totalBytes : item.doneBytes),
      0,
    ),
    totalBytes: items.reduce((sum, { totalBytes }) => sum + totalBytes, 0),
  };
}

/** The one line of the dock. */
export function describeQueue(summary: QueueSummary, { t }: Texts): string {
  const { total, done, looks } = summary;
  const count = t('web.uploads.dock.count', { done: String(done), total });
  return looks === 0 ? count : `${count}${t('web.uploads.dock.looks', { count: looks })}`;
}
