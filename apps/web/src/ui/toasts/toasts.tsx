/**
 * Toasts: what was done, with a way back while there is one. They stand in the dock at the lower edge, which takes its own room
 * (`--dock-height`): nothing is ever under them. The time stops while one is hovered or focused, or the tab is hidden.
 */
import { Undo2, X } from 'lucide-react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { createPortal } from 'react-dom';
import { elapsedMs, every } from '../../clock.ts';
import { useTexts } from '../../texts/texts-context.tsx';
import { Button, IconButton } from '../button/button.tsx';
import { DockPlace } from './toast-dock.tsx';
import { ToastsContext } from './toast-context.ts';
import type { Toast, ToastsHandle } from './toast-context.ts';
import './toasts.css';

interface Standing {
  readonly id: number;
  readonly toast: Toast;
  readonly totalMs: number;
}

export interface ToastsProviderProps {
  readonly children: ReactNode;
}

/** Holds the toasts. They are shown where a {@link ToastDock} stands. */
export function ToastsProvider({ children }: ToastsProviderProps): ReactNode {
  const [standing, setStanding] = useState<readonly Standing[]>([]);
  const [dock, setDock] = useState<HTMLElement | null>(null);
  const now = useRef<readonly Standing[]>([]);
  const count = useRef(0);

  const change = useCallback((next: readonly Standing[]) => {
    now.current = next;
    setStanding(next);
  }, []);
  const end = useCallback(
    (id: number, how: 'settled' | 'undone') => {
      const found = now.current.find((one) => one.id === id);
      if (found === undefined) return;
      change(now.current.filter((one) => one.id !== id));
      if (how === 'undone') found.toast.undo?.();
      else found.toast.held?.onSettled();
    },
    [change],
  );
  // What was held until the time is over is done, not lost, when the tab closes or the app locks.
  useEffect(() => {
    const settleAll = (): void => now.current.forEach((one) => end(one.id, 'settled'));
    window.addEventListener('pagehide', settleAll);
    return () => {
      window.removeEventListener('pagehide', settleAll);
      settleAll();
    };
  }, [end]);
  const handle = useMemo<ToastsHandle>(
    () => ({
      show: (toast) => {
        count.current += 1;
        const id = count.current;
        const totalMs = toast.durationMs ?? (toast.undo === undefined ? 6_000 : 10_000);
        // Many at once: the oldest go, but none that holds work, which would be done before its time.
        const light = now.current.filter((one) => one.toast.held === undefined);
        light.slice(0, Math.max(0, now.current.length - 3)).forEach((one) => end(one.id, 'settled'));
        change([...now.current, { id, toast, totalMs }]);
        return () => end(id, 'settled');
      },
      undoLast: () => {
        const last = now.current.findLast((one) => one.toast.undo !== undefined);
        if (last !== undefined) end(last.id, 'undone');
        return last !== undefined;
      },
    }),
    [change, end],
  );
  const place = useMemo(() => ({ setDock }), []);
  return (
    <ToastsContext value={handle}>
      <DockPlace value={place}>{children}</DockPlace>
      {dock === null
        ? undefined
        : createPortal(
            standing.map((one) => <OneToast key={one.id} standing={one} onEnd={end} />),
            dock,
          )}
    </ToastsContext>
  );
}

function OneToast({
  standing,
  onEnd,
}: {
  readonly standing: Standing;
  readonly onEnd: (id: number, how: 'settled' | 'undone') => void;
}): ReactNode {
  const { t } = useTexts();
  const { id, toast, totalMs } = standing;
  const [leftMs, setLeftMs] = useState(totalMs);
  const [isPointedAt, setIsPointedAt] = useState(false);
  const [hasFocus, setHasFocus] = useState(false);
  // A mouse that passes by ends nothing for whoever stands on it with the keyboard, and the other way round.
  const isHeld = isPointedAt || hasFocus;
  useEffect(() => {
    if (totalMs === 0 || isHeld) return undefined;
    let last = elapsedMs();
    return every(250, () => {
      const at = elapsedMs();
      const passed = document.visibilityState === 'visible' ? at - last : 0;
      last = at;
      setLeftMs((left) => Math.max(0, left - passed));
    });
  }, [totalMs, isHeld]);
  useEffect(() => {
    if (totalMs !== 0 && leftMs === 0) onEnd(id, 'settled');
  }, [id, leftMs, totalMs, onEnd]);
  return (
    <div
      className={`toast toast-${toast.tone ?? 'plain'}`}
      onPointerEnter={() => setIsPointedAt(true)}
      onPointerLeave={() => setIsPointedAt(false)}
      onFocus={() => setHasFocus(true)}
      onBlur={() => setHasFocus(false)}
    >
      <p>{toast.text}</p>
      {toast.undo === undefined ? undefined : (
        <Button size="s" icon={<Ring left={leftMs / totalMs} />} onClick={() => onEnd(id, 'undone')}>
          {t('web.ui.toast.undo')}
        </Button>
      )}
      {toast.action === undefined ? undefined : (
        <Button
          size="s"
          onClick={() => {
            onEnd(id, 'settled');
            toast.action?.onAction();
          }}
        >
          {toast.action.label}
        </Button>
      )}
      {toast.held === undefined ? (
        <IconButton
          size="s"
          icon={<X aria-hidden="true" />}
          label={t('web.ui.close')}
          isTooltipOff
          onClick={() => onEnd(id, 'settled')}
        />
      ) : (
        // Nothing here is closed: what is held is undone, done now, or done when the time is over.
        <Button size="s" onClick={() => onEnd(id, 'settled')}>
          {toast.held.nowLabel}
        </Button>
      )}
    </div>
  );
}

/** The time that is left, as a ring round the arrow. */
function Ring({ left }: { readonly left: number }): ReactNode {
  return (
    <span className="toast-ring">
      <svg viewBox="0 0 20 20" aria-hidden="true">
        <circle cx="10" cy="10" r="8.5" />
        <circle
          cx="10"
          cy="10"
          r="8.5"
          pathLength="1"
          strokeDasharray={`${left} 1`}
          transform="rotate(-90 10 10)"
        />
      </svg>
      <Undo2 aria-hidden="true" />
    </span>
  );
}
