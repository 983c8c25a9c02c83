/** Tabs that are addresses: a navigation of links. */
import { useLayoutEffect, useRef } from 'react';
import type { ReactElement, ReactNode } from 'react';
import './tabs.css';

/** What a link gets: spread it on the router's link. */
export interface LinkProps {
  readonly className: string;
  readonly children: ReactNode;
  readonly 'aria-current'?: 'page';
}
/** Makes the link: `(props) => <Link to={paths.room} params={…} {...props} />`. */
export type LinkRender = (props: LinkProps) => ReactElement;

/** How much of the tab before is left in view. */
const peek = 24;

export interface TabItem {
  readonly id: string;
  readonly label: string;
  /** Stands after the label in grey, already formatted. */
  readonly count?: string | undefined;
  readonly isCurrent: boolean;
  readonly render: LinkRender;
}

/** Brings the chosen tab into the strip's view, and moves nothing else. */
function showCurrent(strip: HTMLElement): void {
  const link = strip.querySelector<HTMLElement>('[aria-current]');
  if (link === null) return;
  const end = link.offsetLeft + link.offsetWidth;
  if (link.offsetLeft < strip.scrollLeft || end > strip.scrollLeft + strip.clientWidth)
    strip.scrollLeft = link.offsetLeft - peek;
}

export function Tabs({
  label,
  items,
}: {
  readonly label: string;
  readonly items: readonly TabItem[];
}): ReactNode {
  const nav = useRef<HTMLElement>(null);
  const current = items.find((item) => item.isCurrent)?.id;
  useLayoutEffect(() => {
    const strip = nav.current;
    if (strip === null) return undefined;
    // Counts and fonts come later and push a tab out again; what the person scrolls to by hand stays.
    const sizes = new ResizeObserver(() => showCurrent(strip));
    for (const each of [strip, ...strip.children]) sizes.observe(each);
    return () => sizes.disconnect();
  }, [current, items.length]);
  return (
    <nav ref={nav} className="tabs" aria-label={label}>
      {items.map((item) => (
        <span key={item.id} className="tab-slot">
          {item.render({
            className: 'tab',
            ...(item.isCurrent ? { 'aria-current': 'page' as const } : {}),
            children: (
              <>
                {item.label}
                {item.count === undefined ? undefined : <span className="tab-count"> {item.count}</span>}
              </>
            ),
          })}
        </span>
      ))}
    </nav>
  );
}
