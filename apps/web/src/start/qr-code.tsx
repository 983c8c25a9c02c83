/** A QR code drawn as one path: no picture, no markup from a string. */
import type { ReactNode } from 'react';
import { encode } from 'uqr';

export function QrCode({ data, label }: { readonly data: string; readonly label: string }): ReactNode {
  const { data: rows, size } = encode(data, { border: 2, ecc: 'M' });
  const path = rows
    .flatMap((cells, row) =>
      cells.flatMap((isDark, column) => (isDark ? [`M${String(column)} ${String(row)}h1v1h-1z`] : [])),
    )
    .join('');
  return (
    <svg
      className="kit-qr"
      role="img"
      aria-label={label}
      viewBox={`0 0 ${String(size)} ${String(size)}`}
      shapeRendering="crispEdges"
    >
      <path d={path} fill="#000" />
    </svg>
  );
}
