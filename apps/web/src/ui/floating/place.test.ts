import { describe, expect, it } from 'vitest';
import { placeBeside } from './place.ts';

const window = { width: 390, height: 844 };
const size = { width: 200, height: 300 };
const place = (left: number, top: number, options: Partial<Parameters<typeof placeBeside>[0]> = {}) =>
  placeBeside({
    anchor: { left, top, width: 40, height: 40 },
    size,
    window,
    side: 'below',
    align: 'start',
    gap: 4,
    ...options,
  });

describe('placeBeside', () => {
  it('stands under its anchor where there is room', () => {
    expect(place(20, 100)).toMatchObject({ left: 20, top: 144, side: 'below' });
  });

  it('turns over where there is more room above', () => {
    expect(place(20, 700)).toMatchObject({ top: 396, side: 'above' });
  });

  it('stays where it is wished if the other side has no more room', () => {
    const low = { width: 390, height: 300 };
    expect(place(20, 60, { window: low })).toMatchObject({ side: 'below' });
  });

  it('never leaves the window at the sides', () => {
    expect(place(340, 100).left).toBe(182);
    expect(place(0, 100, { align: 'end' }).left).toBe(8);
    expect(place(175, 100, { align: 'center' }).left).toBe(95);
  });

  it('keeps its top in sight when nothing fits', () => {
    expect(place(20, 120, { size: { width: 200, height: 2_000 } }).top).toBeGreaterThanOrEqual(8);
  });
});
