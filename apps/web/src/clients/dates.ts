/** Days as fields hold them and instants as profiles do. A review is due at the beginning of its day, where the person is. */
import { dayOf } from '../ui/index.ts';

/** The day of an instant, `2026-11-22`; empty for none. */
export function toDay(atMs: number | undefined): string {
  return atMs === undefined ? '' : dayOf(atMs);
}

/** The beginning of a day; undefined for an empty or impossible one. */
export function fromDay(day: string): number | undefined {
  const atMs = Date.parse(`${day}T00:00:00`);
  return /^\d{4}-\d{2}-\d{2}$/.test(day) && Number.isFinite(atMs) ? atMs : undefined;
}
