/** Instants for people: the same shape in every language, with the zone, so that two printouts can be compared. */

/** Local time as `2026-11-21 22:30:05 +01:00`. `timeZone` is for tests; without it the machine's. */
export function formatTime(atMs: number, timeZone?: string): string {
  const parts = new Map(
    new Intl.DateTimeFormat('en-GB', {
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
      timeZoneName: 'longOffset',
      ...(timeZone === undefined ? {} : { timeZone }),
    })
      .formatToParts(new Date(atMs))
      .map((part) => [part.type, part.value]),
  );
  const part = (name: Intl.DateTimeFormatPartTypes): string => parts.get(name) ?? '';
  const offset = part('timeZoneName').replace('GMT', '') || '+00:00';
  return `${part('year')}-${part('month')}-${part('day')} ${part('hour')}:${part('minute')}:${part('second')} ${offset}`;
}

/** A date, `YYYY-MM-DD`, in UTC. */
export function formatDate(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10);
}
