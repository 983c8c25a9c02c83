/** Contrast of the tokens in both themes, worked out from the stylesheet itself (WCAG 2.2: 4.5:1 for text, 3:1 for bounds of controls). */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const text = readFileSync(new URL('tokens.css', import.meta.url), 'utf8');

function tokensOf(theme: 'light' | 'dark'): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  // The first block is the one for everybody; later ones answer wishes for more contrast, and paper.
  const root = text.slice(text.indexOf(':root {'), text.indexOf("[data-theme='light']"));
  for (const [, name, light, dark] of root.matchAll(
    /--([\w-]+): light-dark\((#[0-9a-f]+), (#[0-9a-f]+)\);/gu,
  ))
    found.set(name ?? '', (theme === 'light' ? light : dark) ?? '');
  for (const [, name, colour] of root.matchAll(/--([\w-]+): (#[0-9a-f]+);/gu))
    found.set(name ?? '', colour ?? '');
  return found;
}

function luminance(colour: string): number {
  const long = colour.length === 4 ? colour.replaceAll(/[0-9a-f]/gu, '$&$&') : colour;
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(long.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0);
}

function contrast(first: string, second: string): number {
  const [high, low] = [luminance(first), luminance(second)].toSorted((left, right) => right - left);
  return ((high ?? 0) + 0.05) / ((low ?? 0) + 0.05);
}

const readable: readonly (readonly [string, readonly string[]])[] = [
  ['ink', ['paper', 'panel', 'sunk', 'raised', 'act-tint']],
  ['ink-2', ['paper', 'panel', 'sunk', 'raised']],
  ['ink-3', ['paper', 'panel', 'sunk', 'raised']],
  ['act', ['paper', 'panel', 'raised', 'act-tint']],
  ['tape-ink', ['paper', 'panel', 'raised', 'tape-tint']],
  ['amber', ['panel', 'amber-tint']],
  ['sure', ['panel', 'sure-tint']],
  ['steel-ink', ['steel', 'steel-2']],
  ['steel-ink-2', ['steel']],
  ['brass', ['steel']],
  ['brass-ink', ['brass']],
  ['on-act', ['act', 'act-hover']],
  ['on-tape', ['tape-fill', 'tape-fill-hover']],
];
const visible: readonly (readonly [string, readonly string[]])[] = [
  ['rule-control', ['panel', 'paper', 'raised']],
  ['act', ['paper', 'panel', 'sunk']],
  ['tape', ['panel', 'sunk']],
];

describe.each(['light', 'dark'] as const)('%s', (theme) => {
  const tokens = tokensOf(theme);
  const measure = (first: string, second: string): number => {
    const [one, other] = [tokens.get(first), tokens.get(second)];
    if (one === undefined || other === undefined) throw new Error(`no colour for ${first} or ${second}`);
    return contrast(one, other);
  };

  it.each(readable)('%s is readable', (ink, grounds) => {
    for (const ground of grounds)
      expect(measure(ink, ground), `${ink} on ${ground}`).toBeGreaterThanOrEqual(4.5);
  });

  it.each(visible)('%s is visible', (bound, grounds) => {
    for (const ground of grounds)
      expect(measure(bound, ground), `${bound} on ${ground}`).toBeGreaterThanOrEqual(3);
  });
});
