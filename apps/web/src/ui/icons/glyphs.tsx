/** Own glyphs, on the 16-unit grid of the mocks: what no icon set has. All are decoration; the word stands beside them. */
import type { ReactNode, SVGProps } from 'react';

/** Anything an svg takes. */
export type GlyphProps = SVGProps<SVGSVGElement>;

function Glyph({ children, className, ...rest }: GlyphProps): ReactNode {
  return (
    <svg
      className={className === undefined ? 'glyph' : `glyph ${className}`}
      viewBox="0 0 16 16"
      aria-hidden="true"
      focusable="false"
      {...rest}
    >
      {children}
    </svg>
  );
}

/** Tape tied round what may not be destroyed. */
export function HoldTapeGlyph(props: GlyphProps): ReactNode {
  return (
    <Glyph {...props}>
      <path d="M2 6.2h12M2 9.8h12M6.5 6.2 9.5 9.8M9.5 6.2l-3 3.6" />
    </Glyph>
  );
}

/** A client's box on the shelf. */
export function DeedBoxGlyph(props: GlyphProps): ReactNode {
  return (
    <Glyph {...props}>
      <rect x="2" y="5" width="12" height="8.5" rx="1" />
      <path d="M5.5 5V3h5v2M2 8.5h12M8 8v2" />
    </Glyph>
  );
}

/** A wall between sides. */
export function WallGlyph(props: GlyphProps): ReactNode {
  return (
    <Glyph {...props}>
      <path d="M2 4h12M2 8h12M2 12h12M5.5 4v4M10.5 4v4M8 8v4M3.5 8v4M12.5 8v4" />
    </Glyph>
  );
}

/** Numbered lines on a rule. */
export function LedgerGlyph(props: GlyphProps): ReactNode {
  return (
    <Glyph {...props}>
      <path d="M4.5 2v12M7.5 4h6.5M7.5 8h6.5M7.5 12h4.5" />
      <circle cx="4.5" cy="4" r="1.2" fill="var(--glyph-ground, var(--paper))" />
      <circle cx="4.5" cy="8" r="1.2" fill="currentColor" />
      <circle cx="4.5" cy="12" r="1.2" fill="var(--glyph-ground, var(--paper))" />
    </Glyph>
  );
}

/** A device that may no longer ask. */
export function CutOffGlyph(props: GlyphProps): ReactNode {
  return (
    <Glyph {...props}>
      <rect x="2.5" y="3.5" width="11" height="7.5" rx="1" />
      <path d="M1.5 13.2h13M5.8 5.6l4.4 3.4M10.2 5.6 5.8 9" />
    </Glyph>
  );
}

/** The product's mark: a deed box with its lock. */
export function BrandGlyph({ className, ...rest }: GlyphProps): ReactNode {
  return (
    <svg
      className={className === undefined ? 'brand-glyph' : `brand-glyph ${className}`}
      viewBox="0 0 22 22"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.8"
      aria-hidden="true"
      focusable="false"
      {...rest}
    >
      <rect x="1.5" y="4.5" width="19" height="15" rx="1.6" />
      <path d="M6.5 4.5v-2h9v2M1.5 9.5h6M14.5 9.5h6" />
      <circle cx="11" cy="10" r="2.6" />
      <path d="M11 12.4V16" strokeWidth="2.2" />
    </svg>
  );
}
