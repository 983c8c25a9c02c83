import { describe, expect, it } from 'vitest';
import { readKey } from './read-key.ts';

const plain = { isCommand: false, isAlt: false, isTyping: false };

describe('readKey', () => {
  it('opens the palette with the command key everywhere, letters on or off', () => {
    for (const areOn of [true, false])
      for (const isTyping of [true, false])
        expect(readKey({ ...plain, key: 'k', isCommand: true, isTyping }, false, areOn)).toEqual({
          kind: 'palette',
        });
    expect(readKey({ ...plain, key: 'K', isCommand: true }, false, true)).toEqual({ kind: 'palette' });
  });

  it('leaves every other command to the browser', () => {
    expect(readKey({ ...plain, key: 'l', isCommand: true }, false, true)).toBeUndefined();
    expect(readKey({ ...plain, key: 'k', isCommand: true, isAlt: true }, false, true)).toBeUndefined();
  });

  it('reads letters only where nobody types', () => {
    expect(readKey({ ...plain, key: '/' }, false, true)).toEqual({ kind: 'search' });
    expect(readKey({ ...plain, key: '?' }, false, true)).toEqual({ kind: 'help' });
    expect(readKey({ ...plain, key: 'u' }, false, true)).toEqual({ kind: 'undo' });
    expect(readKey({ ...plain, key: 'u', isTyping: true }, false, true)).toBeUndefined();
    expect(readKey({ ...plain, key: 'é' }, false, true)).toBeUndefined();
  });

  it('locks with shift and L, not with a small l', () => {
    expect(readKey({ ...plain, key: 'L' }, false, true)).toEqual({ kind: 'lock' });
    expect(readKey({ ...plain, key: 'l' }, false, true)).toEqual({ kind: 'letter', letter: 'l' });
  });

  it('goes where the letter after g says', () => {
    expect(readKey({ ...plain, key: 'g' }, false, true)).toEqual({ kind: 'wait' });
    expect(readKey({ ...plain, key: 'c' }, true, true)).toEqual({ kind: 'go', letter: 'c' });
    expect(readKey({ ...plain, key: 'L' }, true, true)).toEqual({ kind: 'go', letter: 'l' });
  });

  it('reads no single key when they are switched off', () => {
    for (const key of ['/', '?', 'g', 'u', 'L', 'a'])
      expect(readKey({ ...plain, key }, false, false)).toBeUndefined();
  });

  it('ignores keys with a name', () => {
    for (const key of ['Escape', 'Shift', 'ArrowDown', 'Dead'])
      expect(readKey({ ...plain, key }, false, true)).toBeUndefined();
  });
});
