/** The lower edge of the content: uploads under way, the idle warning, toasts. It takes its own room, and says how much. */
import { useLayoutEffect, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { useUploads } from '../keys/keys-context.tsx';
import { useTexts } from '../texts/texts-context.tsx';
import { ToastDock, useFetched } from '../ui/index.ts';
import type { UploadsDock as Uploads } from '../uploads/uploads-dock.tsx';
import { IdleWarning } from './idle-warning.tsx';

/** Files may be chosen when there is no line any more, and wait for one. */
async function loadUploadsDock(): Promise<typeof Uploads> {
  const { UploadsDock, loadDrawer } = await import('../uploads/uploads-dock.tsx');
  await loadDrawer();
  return UploadsDock;
}

export function Dock(): ReactNode {
  const { t } = useTexts();
  const hasUploads = useUploads().length > 0;
  // It stays after the last upload is cleared away: its drawer may stand open.
  const [isAsked, setIsAsked] = useState(hasUploads);
  if (hasUploads && !isAsked) setIsAsked(true);
  const UploadsDock = useFetched(loadUploadsDock);
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
      {isAsked && UploadsDock !== undefined ? <UploadsDock /> : undefined}
      <ToastDock />
    </section>
  );
}
