/** Where a floating layer stands: pure geometry in CSS pixels of the window. */

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}
export type Side = 'below' | 'above';
export type Align = 'start' | 'end' | 'center';

/** Puts a layer beside its anchor: on the wished side if it fits there or no better on the other, and inside the window with a margin. */
export function placeBeside(options: {
  readonly anchor: Box;
  readonly size: { readonly width: number; readonly height: number };
  readonly window: { readonly width: number; readonly height: number };
  readonly side: Side;
  readonly align: Align;
  readonly gap: number;
}): { readonly left: number; readonly top: number; readonly side: Side; readonly roomBelow: number } {
  const { anchor, size, window, gap } = options;
  const margin = 8;
  const spaceBelow = window.height - (anchor.top + anchor.height) - gap - margin;
  const spaceAbove = anchor.top - gap - margin;
  const isFitting = options.side === 'below' ? size.height <= spaceBelow : size.height <= spaceAbove;
  const other: Side = options.side === 'below' ? 'above' : 'below';
  const otherSpace = other === 'below' ? spaceBelow : spaceAbove;
  const wishedSpace = other === 'below' ? spaceAbove : spaceBelow;
  const side = isFitting || otherSpace <= wishedSpace ? options.side : other;
  const top = side === 'below' ? anchor.top + anchor.height + gap : anchor.top - gap - size.height;
  const wishedLeft = {
    start: anchor.left,
    end: anchor.left + anchor.width - size.width,
    center: anchor.left + (anchor.width - size.width) / 2,
  }[options.align];
  const left = Math.max(margin, Math.min(wishedLeft, window.width - size.width - margin));
  return { left, top: Math.max(margin, top), side, roomBelow: side === 'below' ? spaceBelow : spaceAbove };
}
