/** A short text beside a control on hover and focus. It can be hovered, Escape hides it (WCAG 1.4.13), and it never holds what is needed to act. */
import { useEffect, useId, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { after } from '../../clock.ts';
import { useFloating } from '../floating/use-floating.ts';
import { Kbd } from '../kbd/kbd.tsx';
import './tooltip.css';

export interface TooltipProps {
  readonly text: string;
  readonly shortcut?: string | undefined;
  /** The text is the control's name already: it is not said twice. */
  readonly isLabel?: boolean | undefined;
  /** The id a control points at with `aria-describedby`. */
  readonly id?: string | undefined;
  readonly children: ReactNode;
}

export function Tooltip({ text, shortcut, isLabel = false, id, children }: TooltipProps): ReactNode {
  const ownId = useId();
  const anchor = useRef<HTMLSpanElement>(null);
  const layer = useRef<HTMLSpanElement>(null);
  const cancel = useRef<(() => void) | undefined>(undefined);
  const [isOpen, setIsOpen] = useState(false);
  useFloating({ isOpen, anchor, layer, align: 'center', gap: 6, content: text });
  useEffect(() => () => cancel.current?.(), []);
  useEffect(() => {
    if (!isOpen) return undefined;
    const hide = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') setIsOpen(false);
    };
    document.addEventListener('keydown', hide);
    return () => document.removeEventListener('keydown', hide);
  }, [isOpen]);
  const show = (delayMs: number): void => {
    cancel.current?.();
    cancel.current = after(delayMs, () => setIsOpen(true));
  };
  const hide = (delayMs: number): void => {
    cancel.current?.();
    cancel.current = after(delayMs, () => setIsOpen(false));
  };
  return (
    <span
      ref={anchor}
      className="tooltip-anchor"
      onPointerEnter={(event) => {
        if (event.pointerType === 'mouse') show(350);
      }}
      onPointerLeave={() => hide(120)}
      onPointerDown={() => {
        if (isLabel) hide(0);
      }}
      onFocus={(event) => {
        if (event.target.matches(':focus-visible')) show(0);
      }}
      onBlur={() => hide(0)}
    >
      {children}
      <span
        ref={layer}
        id={id ?? ownId}
        popover="manual"
        role={isLabel ? undefined : 'tooltip'}
        aria-hidden={isLabel || undefined}
        className="tooltip"
      >
        {text}
        {shortcut === undefined ? undefined : <Kbd keys={shortcut} />}
      </span>
    </span>
  );
}
