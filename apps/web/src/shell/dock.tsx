/** The lower edge of the content: uploads under way, the idle warning, toasts. It takes its own room, and says how much. */
import { useLayoutEffect, useRef } from 'react';
import type { ReactNode } from 'react';
import { useTexts } from '../texts/texts-context.tsx';
import { ToastDock } from '../ui/index.ts';
import { UploadsDock } from '../uploads/uploads-dock.tsx';
import { IdleWarning } from './idle-warning.tsx';

export function Dock(): ReactNode {
  const { t } = useTexts();
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
      <UploadsDock />
      <ToastDock />
    </section>
  );
}
