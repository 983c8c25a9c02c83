/** Sizes, speeds and durations for people. */
import { intlTagOf } from '@strongroom/texts';
import type { Locale } from '@strongroom/texts';

const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

/** A size in decimal units, with at most one place after the point. */
export function formatSize(sizeBytes: number, locale: Locale): string {
  let value = sizeBytes;
  let place = 0;
  while (value >= 999.95 && place < units.length - 1) {
    value /= 1000;
    place += 1;
  }
  return new Intl.NumberFormat(intlTagOf(locale), {
    style: 'unit',
    unit: units[place] ?? 'byte',
    unitDisplay: place === 0 ? 'long' : 'short',
    maximumFractionDigits: place === 0 ? 0 : 1,
  }).format(value);
}

/** A duration as `m:ss` or `h:mm:ss`; the same in every language. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const two = (value: number): string => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}
