/** Where this person was lately: addresses of rooms, documents and people, ids and codes alone, in the device's sealed storage. */
import { useLocation } from '@tanstack/react-router';
import { useEffect } from 'react';
import type { Keys } from '../keys/contract.ts';
import { useKeys } from '../keys/keys-context.tsx';

const key = 'recent-places';
const keptMax = 12;

/** A place that can be gone back to. */
export type RecentPlace =
  | { readonly kind: 'room'; readonly code: string }
  | { readonly kind: 'document'; readonly code: string; readonly record: string }
  | { readonly kind: 'person'; readonly person: string };

/** Reads an address; undefined for one that is no such place. */
export function readPlace(pathname: string): RecentPlace | undefined {
  const [, area, id, part, record] = pathname.split('/');
  if (area === 'clients' && id !== undefined && /^C-[0-9A-Z]+$/u.test(id)) {
    const isDocument = part === 'd' && record !== undefined && /^rec_[a-z2-7]{26}$/u.test(record);
    return isDocument ? { kind: 'document', code: id, record } : { kind: 'room', code: id };
  }
  if (area === 'people' && id !== undefined && /^per_[a-z2-7]{26}$/u.test(id))
    return { kind: 'person', person: id };
  return undefined;
}

/** The newest first, none twice. */
export function putFirst(places: readonly string[], pathname: string): readonly string[] {
  return [pathname, ...places.filter((each) => each !== pathname)].slice(0, keptMax);
}

/** Addresses, the newest first. */
export async function readRecent(keys: Keys): Promise<readonly string[]> {
  const kept = await keys.device.preferences.read(key);
  return Array.isArray(kept) ? kept.filter((each): each is string => typeof each === 'string') : [];
}

/** Remembers the places that are shown. */
export function useRememberPlaces(): void {
  const keys = useKeys();
  const { pathname } = useLocation();
  useEffect(() => {
    const place = readPlace(pathname);
    if (place === undefined) return;
    // Tabs of a room are the room.
    const address = place.kind === 'room' ? `/clients/${place.code}` : pathname;
    const remember = async (): Promise<void> => {
      await keys.device.preferences.write(key, putFirst(await readRecent(keys), address));
    };
    // What is not remembered is found by its name.
    remember().catch(() => undefined);
  }, [keys, pathname]);
}
