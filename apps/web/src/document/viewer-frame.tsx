/**
 * The frame of the sealed viewer: the one way in and out. Bytes go in, counts and pictures come out, and every message is checked: by the
 * window that sent it and by its form.
 */
import { useEffect, useImperativeHandle, useRef, useState } from 'react';
import type { ReactNode, Ref } from 'react';
import { useTexts } from '../texts/texts-context.tsx';
import { readViewerMessage } from '../viewer/messages.ts';
import type { FromViewer, ToViewer } from '../viewer/messages.ts';
import type { Viewing } from './view-kind.ts';

/** What a screen may tell the viewer. */
export interface ViewerHandle {
  tell(message: Exclude<ToViewer, { kind: 'show' }>): void;
}

export function ViewerFrame({
  viewing,
  bytes,
  watermark,
  title,
  onMessage,
  ref,
}: {
  readonly viewing: Viewing;
  readonly bytes: Blob;
  readonly watermark?: string | undefined;
  readonly title: string;
  readonly onMessage: (message: FromViewer) => void;
  readonly ref: Ref<ViewerHandle>;
}): ReactNode {
  const { t, locale } = useTexts();
  const frame = useRef<HTMLIFrameElement>(null);
  const [isReady, setIsReady] = useState(false);
  const listener = useRef(onMessage);
  useEffect(() => {
    listener.current = onMessage;
  });
  // By what it says, not by which object says it: a document that is sent again begins at its first page.
  const { view, type } = viewing;
  useImperativeHandle(ref, () => ({
    tell: (message) => frame.current?.contentWindow?.postMessage(message, '*'),
  }));
  useEffect(() => {
    const receive = (event: MessageEvent<unknown>): void => {
      if (event.source === null || event.source !== frame.current?.contentWindow) return;
      const message = readViewerMessage(event.data);
      if (message === undefined) return;
      if (message.kind === 'ready') setIsReady(true);
      listener.current(message);
    };
    window.addEventListener('message', receive);
    return () => window.removeEventListener('message', receive);
  }, []);
  useEffect(() => {
    if (!isReady) return undefined;
    let isCurrent = true;
    void bytes.arrayBuffer().then((buffer) => {
      const target = frame.current?.contentWindow;
      if (!isCurrent || target === null || target === undefined) return;
      const message: ToViewer = {
        kind: 'show',
        view,
        type,
        bytes: buffer,
        theme: isDark() ? 'dark' : 'light',
        language: document.documentElement.lang,
        ...(watermark === undefined ? {} : { watermark }),
        words: {
          page: t('web.document.page-of', { page: '{page}', count: '{count}' }),
          truncated: t('web.document.truncated'),
        },
      };
      // The frame's origin is opaque, so no address can name it; the window is the one that was made here.
      target.postMessage(message, '*', [buffer]);
    });
    return () => {
      isCurrent = false;
    };
  }, [isReady, bytes, view, type, watermark, t, locale]);
  return (
    <iframe ref={frame} className="document-frame" sandbox="allow-scripts" src="/viewer.html" title={title} />
  );
}

function isDark(): boolean {
  const chosen = document.documentElement.dataset['theme'];
  return chosen === undefined ? window.matchMedia('(prefers-color-scheme: dark)').matches : chosen === 'dark';
}
