/** Lines of a ledger, page by page, newest first; as many of them as reach down to the line that the address names. */
import type { LineRow } from '@strongroom/device';
import type { PersonId, RoomId, VaultId } from '@strongroom/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { deviceQueries, useKeys } from '../keys/keys-context.tsx';
import { lineGroups } from '../ledger-words/line-groups.ts';
import type { LinesSearch } from '../room/room-search.ts';

const pageLines = 100;
/** A line that is sought further down is reached by hand. */
const soughtPagesMax = 20;

/** What is read, and how to read on. */
export interface LinePages {
  readonly lines: readonly LineRow[];
  readonly total: number;
  /** Undefined until the first page is there. */
  readonly isRead: boolean;
  readonly hasMore: boolean;
  readonly isReadingMore: boolean;
  readonly readMore: () => void;
  readonly error: unknown;
}

export function useLinePages({
  ledger,
  room,
  search,
}: {
  readonly ledger: VaultId;
  readonly room?: RoomId | undefined;
  readonly search: LinesSearch;
}): LinePages {
  const keys = useKeys();
  const { group, person } = search;
  const filter = {
    ledger,
    ...(room === undefined ? {} : { room }),
    ...(group === undefined ? {} : { kinds: lineGroups[group] }),
    ...(person === undefined ? {} : { person: person as PersonId }),
  };
  const pages = useInfiniteQuery({
    queryKey: [deviceQueries, 'line-pages', filter],
    queryFn: async ({ pageParam }) =>
      await keys.device.ledger.page({
        ...filter,
        count: pageLines,
        ...(pageParam === undefined ? {} : { before: pageParam }),
      }),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (page) => page.before,
    staleTime: Infinity,
    retry: false,
    networkMode: 'always',
  });
  const lines = pages.data?.pages.flatMap((page) => page.lines) ?? [];
  useLineInSight(lines, {
    readMore:
      pages.hasNextPage && !pages.isFetchingNextPage && (pages.data?.pages.length ?? 0) < soughtPagesMax
        ? () => void pages.fetchNextPage()
        : undefined,
  });
  return {
    lines,
    total: pages.data?.pages[0]?.total ?? 0,
    isRead: pages.data !== undefined,
    hasMore: pages.hasNextPage,
    isReadingMore: pages.isFetchingNextPage,
    readMore: () => void pages.fetchNextPage(),
    error: pages.error,
  };
}

/** Brings the line that the address names into sight, and reads on until it is there. */
function useLineInSight(
  lines: readonly LineRow[],
  { readMore }: { readonly readMore: (() => void) | undefined },
): void {
  const named = /^#line-(\d+)$/u.exec(location.hash)?.[1];
  const wanted = named === undefined ? undefined : Number(named);
  const place = lines.findIndex(({ index }) => index === wanted);
  const isBelow = wanted !== undefined && place < 0 && (lines.at(-1)?.index ?? 0) > wanted;
  useEffect(() => {
    if (isBelow) readMore?.();
  }, [isBelow, readMore]);
  useEffect(() => {
    if (place < 0) return;
    const row = document.querySelectorAll('.ledger-tape > li')[place];
    row?.scrollIntoView({ block: 'center' });
    row?.setAttribute('data-sought', '');
  }, [place]);
}
