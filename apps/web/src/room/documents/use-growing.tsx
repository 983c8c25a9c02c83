import { useEffect, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { useOnPaper } from '../../ui/index.ts';

const step = 120;

/** The first rows of a long list, and more of them when the end comes into sight; all of them on paper. `more` stands after the last row. */
export function useGrowing<R>(rows: readonly R[]): {
  readonly shown: readonly R[];
  readonly more: ReactNode;
} {
  const [limit, setLimit] = useState(step);
  const isOnPaper = useOnPaper();
  const end = useRef<HTMLTableRowElement>(null);
  const isMore = rows.length > limit && !isOnPaper;
  useEffect(() => {
    const mark = end.current;
    if (!isMore || mark === null) return undefined;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) setLimit((before) => before + step);
      },
      { rootMargin: '600px' },
    );
    observer.observe(mark);
    return () => observer.disconnect();
  }, [isMore, limit]);
  return {
    shown: isMore ? rows.slice(0, limit) : rows,
    more: isMore ? (
      <tr ref={end} aria-hidden="true">
        <td />
      </tr>
    ) : undefined,
  };
}
