import type { ReactNode } from 'react';
import './progress.css';

/** A small turning ring; decoration beside words that say what is under way. With `label` it stands alone. */
export function Spinner({ label }: { readonly label?: string | undefined }): ReactNode {
  return label === undefined ? (
    <span className="spinner" aria-hidden="true" />
  ) : (
    <span className="spinner-alone" role="status">
      <span className="spinner" aria-hidden="true" />
      {label}
    </span>
  );
}
