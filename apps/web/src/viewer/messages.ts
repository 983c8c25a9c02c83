/**
 * What the page and the sealed viewer say to each other. The viewer has no origin, no storage, no network and no way to its parent but
 * these messages; a page believes nothing of them but what is checked in `readViewerMessage`.
 */

import { viewerLimits } from './limits.ts';

/** How a document is shown. */
export type ViewKind = 'pdf' | 'image' | 'text' | 'docx';

/** From the page. */
export type ToViewer =
  | {
      readonly kind: 'show';
      readonly view: ViewKind;
      readonly type: string;
      readonly bytes: ArrayBuffer;
      readonly theme: 'light' | 'dark';
      readonly language: string;
      /** Reader and ledger line, across every page. */
      readonly watermark?: string;
      readonly words: ViewerWords;
    }
  | { readonly kind: 'zoom'; readonly zoom: number | 'fit' }
  | { readonly kind: 'page'; readonly page: number }
  | { readonly kind: 'find'; readonly text: string; readonly step: 1 | -1 | 0 }
  | { readonly kind: 'theme'; readonly theme: 'light' | 'dark' }
  /** Pages as pictures, for the page to print: from the first to the last of them, pages beginning at 1. */
  | { readonly kind: 'pictures'; readonly from: number; readonly to: number };

/** Words that the viewer itself shows, in the language of the page. */
export interface ViewerWords {
  /** Contains `{page}` and `{count}`. */
  readonly page: string;
  readonly truncated: string;
}

/** Why a document is not shown. */
export type ViewerFailure = 'broken' | 'too-large' | 'locked' | 'unsupported';

/** From the viewer. */
export type FromViewer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'shown'; readonly pages: number }
  | { readonly kind: 'page'; readonly page: number }
  | { readonly kind: 'found'; readonly count: number; readonly index: number }
  | { readonly kind: 'failed'; readonly reason: ViewerFailure }
  /** A key pressed while the viewer had the focus, for the page's own shortcuts. */
  | { readonly kind: 'key'; readonly key: string; readonly ctrl: boolean; readonly shift: boolean }
  /** The picture of a page that was asked for: the how-manieth of how many. */
  | { readonly kind: 'picture'; readonly page: number; readonly of: number; readonly picture: Blob };

const failures: ReadonlySet<unknown> = new Set<ViewerFailure>([
  'broken',
  'too-large',
  'locked',
  'unsupported',
]);

/** A message of the viewer, taken apart and made anew; undefined for anything that is none. A broken viewer says what it likes. */
export function readViewerMessage(data: unknown): FromViewer | undefined {
  if (typeof data !== 'object' || data === null || !('kind' in data)) return undefined;
  const message = data as Readonly<Record<string, unknown>>;
  switch (message['kind']) {
    case 'ready':
      return { kind: 'ready' };
    case 'shown':
      return isCount(message['pages']) ? { kind: 'shown', pages: message['pages'] } : undefined;
    case 'page':
      return isCount(message['page']) ? { kind: 'page', page: message['page'] } : undefined;
    case 'found':
      return isCount(message['count']) && isCount(message['index'])
        ? { kind: 'found', count: message['count'], index: message['index'] }
        : undefined;
    case 'failed':
      return failures.has(message['reason'])
        ? { kind: 'failed', reason: message['reason'] as ViewerFailure }
        : undefined;
    case 'key':
      return typeof message['key'] === 'string' && message['key'].length <= 16
        ? {
            kind: 'key',
            key: message['key'],
            ctrl: message['ctrl'] === true,
            shift: message['shift'] === true,
          }
        : undefined;
    case 'picture':
      return isCount(message['page']) &&
        isCount(message['of']) &&
        message['page'] >= 1 &&
        message['page'] <= message['of'] &&
        message['of'] <= viewerLimits.printPagesMax &&
        message['picture'] instanceof Blob
        ? { kind: 'picture', page: message['page'], of: message['of'], picture: message['picture'] }
        : undefined;
    default:
      return undefined;
  }
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= 1_000_000;
}
