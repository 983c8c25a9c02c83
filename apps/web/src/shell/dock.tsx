/** The lower edge of the content: uploads under way, the idle warning, toasts. It takes its own room, and says how much. */
import { lazy, Suspense, useLayoutEffect, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { useUploads } from '../keys/keys-context.tsx';
import { useTexts } from '../texts/texts-context.tsx';
import { ToastDock } from '../ui/index.ts';
import { IdleWarning } from './idle-warning.tsx';

/** Fetched with the first upload: the first screen comes without it. */
const UploadsDock = lazy(async () => ({
  default: (await import('../uploads/uploads-dock.tsx')).UploadsDock,
}));

export function Dock(): ReactNode {
  const { t } = useTexts();
  const hasUploads = useUploads().length > 0;
  // It stays after the last upload is cleared away: its drawer may stand open.
  const [isAsked, setIsAsked] = useState(hasUploads);
  if (hasUploads && !isAsked) setIsAsked(true);
  const dock = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    const element = dock.current;
    if (element === null) return undefined;
    const root = document.documentElement;
    const observer = new ResizeObserver(() =>
      root.style.setProperty('--dock-height', `${Math.round(element.getBoundingClientRect().height)}px`),
    );
    observer.observe(element);
    return () => {
      observer.disconnect();
      root.style.removeProperty('--dock-height');
    };
  }, []);
  return (
    <section ref={dock} className="dock" aria-label={t('web.shell.dock')}>
      <IdleWarning />
      <Suspense>{isAsked ? <UploadsDock /> : undefined}</Suspense>
      <ToastDock />
    </section>
  );
}
