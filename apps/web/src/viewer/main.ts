/**
 * The sealed viewer: one document in a frame with an opaque origin, without storage, network, navigation or parent. Bytes come in by
 * message and pixels stay here. What a hostile document could win is this one document. Attacks C13, C14.
 */
import { DocxError, readDocxParagraphs } from './docx-text.ts';
import { showImage } from './image-view.ts';
import { viewerLimits } from './limits.ts';
import type { FromViewer, ToViewer, ViewerFailure } from './messages.ts';
import { countPages, isPrintedAtOnce } from './page-range.ts';
import type { PageRange } from './page-range.ts';
import { readPictureSize } from './picture-size.ts';
import { readText } from './read-text.ts';
import { showText } from './text-view.ts';
import type { View } from './view.ts';
import { makeWatermark } from './watermark.ts';
import './viewer.css';

const element = document.getElementById('viewer');
if (element === null) throw new Error('the page has no #viewer');
const root: HTMLElement = element;
let view: View | undefined;

function say(message: FromViewer): void {
  // The frame has an opaque origin and its parent a known one, which it cannot know: '*' reaches the parent alone.
  window.parent.postMessage(message, '*');
}

window.addEventListener('message', ({ source, data }: MessageEvent<ToViewer>) => {
  if (source === window.parent) void obey(data);
});
window.addEventListener('keydown', (event) => {
  const isCommand = event.ctrlKey || event.metaKey;
  const isForPage =
    event.key === 'Escape' || (isCommand && ['k', 'f', 'p'].includes(event.key.toLowerCase()));
  if (!isForPage) return;
  event.preventDefault();
  say({ kind: 'key', key: event.key, ctrl: isCommand, shift: event.shiftKey });
});
say({ kind: 'ready' });

async function obey(message: ToViewer): Promise<void> {
  switch (message.kind) {
    case 'show':
      await show(message);
      return;
    case 'zoom':
      view?.setZoom(message.zoom);
      return;
    case 'page':
      view?.goToPage(message.page);
      return;
    case 'find': {
      const found = await view?.find(message.text, message.step);
      if (found !== undefined) say({ kind: 'found', ...found });
      return;
    }
    case 'theme':
      document.documentElement.dataset['theme'] = message.theme;
      return;
    case 'pictures':
      await sendPictures(message);
      return;
  }
}

async function show(message: Extract<ToViewer, { kind: 'show' }>): Promise<void> {
  document.documentElement.dataset['theme'] = message.theme;
  document.documentElement.lang = message.language;
  // In another language it is shown anew.
  document.querySelector('.watermark')?.remove();
  if (message.watermark !== undefined) document.body.append(makeWatermark(message.watermark, 'watermark'));
  view?.close();
  view = undefined;
  try {
    view = await open(message);
    say({ kind: 'shown', pages: view.pages });
  } catch (cause) {
    root.replaceChildren();
    say({ kind: 'failed', reason: reasonOf(cause) });
  }
}

class ViewError extends Error {
  readonly reason: ViewerFailure;

  constructor(reason: ViewerFailure) {
    super(reason);
    this.reason = reason;
  }
}

async function open(message: Extract<ToViewer, { kind: 'show' }>): Promise<View> {
  const bytes = new Uint8Array(message.bytes);
  if (bytes.length > viewerLimits.sizeBytesMax) throw new ViewError('too-large');
  switch (message.view) {
    case 'pdf': {
      const { showPdf } = await import('./pdf-view.ts');
      return await showPdf(root, message.bytes, message.words, say);
    }
    case 'image': {
      const size = readPictureSize(bytes);
      if (size !== undefined && size.width * size.height > viewerLimits.picturePixelsMax)
        throw new ViewError('too-large');
      if (size === undefined && message.type !== 'image/avif') throw new ViewError('unsupported');
      return await showImage(root, message.bytes, message.type);
    }
    case 'text':
      return showText(root, limitText(readText(bytes), message.words.truncated).split('\n'), false);
    case 'docx': {
      const text = readDocxParagraphs(bytes).join('\n');
      return showText(root, limitText(text, message.words.truncated).split('\n'), true);
    }
  }
}

function limitText(text: string, truncated: string): string {
  return text.length <= viewerLimits.textCharactersMax
    ? text
    : `${text.slice(0, viewerLimits.textCharactersMax)}\n${truncated}`;
}

function reasonOf(cause: unknown): ViewerFailure {
  if (cause instanceof ViewError) return cause.reason;
  if (cause instanceof DocxError) return cause.reason;
  if (cause instanceof Error && cause.name === 'PasswordException') return 'locked';
  return 'broken';
}

async function sendPictures({ from, to }: PageRange): Promise<void> {
  if (view === undefined || from < 1 || to > view.pages) return;
  const of = countPages({ from, to });
  if (!isPrintedAtOnce(of)) return;
  let page = 0;
  for await (const picture of view.pictures({ from, to }))
    say({ kind: 'picture', page: ++page, of, picture });
}
