/** The class as a key with one to four teeth and its word: never told by colour alone. */
import type { ReactNode } from 'react';
import './key-bit.css';

/** Classes from open to secret. */
export type KeyClass = 0 | 1 | 2 | 3;

const teeth = [
  { x: 10, height: 4.6 },
  { x: 13, height: 6.4 },
  { x: 16, height: 3.8 },
  { x: 19, height: 5.6 },
] as const;

/** The key alone, for menus and legends. */
function KeyBitGlyph({ value }: { readonly value: KeyClass }): ReactNode {
  return (
    <svg className="key-bit-glyph" viewBox="0 0 22 14" aria-hidden="true" focusable="false">
      <path
        fillRule="evenodd"
        d="M4 1.4a3.6 3.6 0 0 1 3.5 2.7H21.5v1.8H7.5A3.6 3.6 0 1 1 4 1.4zm0 1.8a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6z"
      />
      {teeth.map((tooth, index) => (
        <rect
          key={tooth.x}
          className={index > value ? 'key-bit-missing' : undefined}
          x={tooth.x}
          y="6.4"
          width="1.9"
          height={tooth.height}
        />
      ))}
    </svg>
  );
}

export interface KeyBitProps {
  /** 0 open, 1 standard, 2 confidential, 3 secret. */
  readonly value: KeyClass;
  /** The class in words. */
  readonly label: string;
}

/** A class: key and word. */
export function KeyBit({ value, label }: KeyBitProps): ReactNode {
  return (
    <span className="key-bit" data-class={value}>
      <KeyBitGlyph value={value} />
      <span className="key-bit-label">{label}</span>
    </span>
  );
}
