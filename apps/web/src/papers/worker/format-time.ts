/** Times on paper: long, with the zone named, because nobody can hover over a sheet. */
import { intlTagOf } from '@strongroom/texts';
import type { Locale } from '@strongroom/texts';

interface Place {
  readonly locale: Locale;
  readonly timeZone: string;
}

/** `21 November 2026`. */
export function formatDay(atMs: number, { locale, timeZone }: Place): string {
  return new Intl.DateTimeFormat(intlTagOf(locale), { dateStyle: 'long', timeZone }).format(atMs);
}

/** `21 November 2026, 14:05:09 CET`. */
export function formatMoment(atMs: number, { locale, timeZone }: Place): string {
  return new Intl.DateTimeFormat(intlTagOf(locale), {
    year: 'numeric',
    month: 'long',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hour12: false,
    timeZone,
    timeZoneName: 'short',
  }).format(atMs);
}
