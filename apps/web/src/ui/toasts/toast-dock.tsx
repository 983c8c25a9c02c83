import { createContext, use } from 'react';
import type { ReactNode } from 'react';
import { useTexts } from '../../texts/texts-context.tsx';

/** Where the provider puts its toasts. */
export const DockPlace = createContext<{ readonly setDock: (dock: HTMLElement | null) => void } | undefined>(
  undefined,
);

/** The place of the toasts, a live region; the shell has one in its dock. */
export function ToastDock(): ReactNode {
  const { t } = useTexts();
  const place = use(DockPlace);
  return (
    <div
      ref={place?.setDock}
      className="toast-dock"
      role="log"
      aria-live="polite"
      aria-relevant="additions"
      aria-label={t('web.ui.toast.region')}
    />
  );
}
