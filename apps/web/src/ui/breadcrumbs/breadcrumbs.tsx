import type { ReactNode } from 'react';
import type { LinkRender } from '../tabs/tabs.tsx';
import './breadcrumbs.css';

/** One step; without `render` it is where the person stands. */
export interface Crumb {
  readonly id: string;
  readonly label: ReactNode;
  readonly render?: LinkRender | undefined;
  readonly isMono?: boolean | undefined;
}

export function Breadcrumbs({
  label,
  items,
}: {
  readonly label: string;
  readonly items: readonly Crumb[];
}): ReactNode {
  return (
    <nav className="breadcrumbs" aria-label={label}>
      <ol>
        {items.map((item) => (
          <li key={item.id} className={item.isMono === true ? 'mono' : undefined}>
            {item.render === undefined ? (
              <span aria-current="page">{item.label}</span>
            ) : (
              item.render({ className: 'crumb', children: item.label })
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}
