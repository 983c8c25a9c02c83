/** Keeps a popover beside its anchor while it is open. The layer is in the browser's top layer: nothing clips it, nothing covers it. */
import { useLayoutEffect } from 'react';
import type { RefObject } from 'react';
import { placeBeside } from './place.ts';
import type { Align, Side } from './place.ts';

export interface FloatingOptions {
  readonly isOpen: boolean;
  readonly anchor: RefObject<HTMLElement | null>;
  readonly layer: RefObject<HTMLElement | null>;
  readonly side?: Side;
  readonly align?: Align;
  readonly gap?: number;
  /** The layer is at least as wide as the anchor. */
  readonly isAsWide?: boolean;
  /** Anything whose change may change the layer's size. */
  readonly content?: unknown;
}

/** Shows and places `layer` (an element with `popover="manual"`) while `isOpen`. */
export function useFloating({
  isOpen,
  anchor,
  layer,
  side = 'below',
  align = 'start',
  gap = 4,
  isAsWide = false,
  content,
}: FloatingOptions): void {
  useLayoutEffect(() => {
    const element = layer.current;
    if (!isOpen || element === null) return undefined;
    if (!element.matches(':popover-open')) element.showPopover();
    const place = (): void => {
      const from = anchor.current?.getBoundingClientRect();
      if (from === undefined) return;
      if (isAsWide) element.style.minWidth = `${from.width}px`;
      element.style.maxHeight = '';
      const placed = placeBeside({
        anchor: from,
        size: { width: element.offsetWidth, height: element.offsetHeight },
        window: { width: document.documentElement.clientWidth, height: window.innerHeight },
        side,
        align,
        gap,
      });
      element.style.left = `${placed.left}px`;
      element.style.top = `${placed.top}px`;
      element.style.maxHeight = `${Math.max(96, placed.roomBelow)}px`;
    };
    place();
    window.addEventListener('scroll', place, { capture: true, passive: true });
    window.addEventListener('resize', place);
    return () => {
      window.removeEventListener('scroll', place, { capture: true });
      window.removeEventListener('resize', place);
      if (element.isConnected && element.matches(':popover-open')) element.hidePopover();
    };
  }, [isOpen, anchor, layer, side, align, gap, isAsWide, content]);
}
