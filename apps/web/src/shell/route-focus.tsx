/**
 * After going elsewhere the focus stands at the new screen's heading, and a screen reader says it once: by the focus, or, where the focus
 * stays in the screen (a tab of a room, a search field that took it), by a word of its own.
 */
import { useRouterState } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { after } from '../clock.ts';

const lookMs = 40;
/** A screen whose heading waits for data has this long. */
const triesMax = 75;

export function RouteFocus(): ReactNode {
  const pathname = useRouterState({ select: ({ resolvedLocation }) => resolvedLocation?.pathname });
  const before = useRef(pathname);
  const [said, setSaid] = useState('');
  useEffect(() => {
    if (before.current === pathname || pathname === undefined) return undefined;
    const isFirst = before.current === undefined;
    before.current = pathname;
    if (isFirst) return undefined;
    setSaid('');
    let tries = 0;
    let cancel: () => void = () => undefined;
    const look = (): void => {
      const main = document.getElementById('main');
      const heading = main?.querySelector<HTMLElement>('h1') ?? undefined;
      tries += 1;
      // The person went on, or a screen took the focus: it stays there.
      if (main?.contains(document.activeElement) === true && document.activeElement !== main) {
        setSaid(document.title);
        return;
      }
      if (document.querySelector('dialog[open]') !== null) return;
      if (heading === undefined && tries < triesMax) {
        cancel = after(lookMs, look);
        return;
      }
      const target = heading ?? main;
      if (heading !== undefined) heading.tabIndex = -1;
      target?.focus({ preventScroll: true });
    };
    cancel = after(lookMs, look);
    return () => cancel();
  }, [pathname]);
  return (
    <p className="visually-hidden" role="status">
      {said}
    </p>
  );
}
