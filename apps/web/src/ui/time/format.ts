/** Instants as people write them, in the viewer's zone. All pure: the instant, the language and the zone are handed in. */

/** How much of an instant is shown. `auto`: the time today, the weekday within six days, else the day, with the year if it is another. */
export type TimeStyle = 'auto' | 'time' | 'date' | 'date-time' | 'long-date';

export interface TimeOptions {
  readonly tag: string;
  readonly style: TimeStyle;
  readonly nowMs: number;
  /** An IANA zone; absent: the viewer's. */
  readonly zone?: string | undefined;
  /** The zone's name stands after the time, for deadlines. */
  readonly isZoneNamed?: boolean | undefined;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(tag: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${tag} ${JSON.stringify(options)}`;
  const known = formats.get(key);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat(tag, options);
  formats.set(key, made);
  return made;
}

/** The day of an instant in a zone, as `2026-11-22`. */
export function dayOf(atMs: number, zone?: string): string {
  const parts = formatOf('en-CA', {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    ...(zone === undefined ? {} : { timeZone: zone }),
  });
  return parts.format(atMs);
}

/** Whole days from one calendar day to another. */
function daysBetween(fromMs: number, toMs: number, zone: string | undefined): number {
  return Math.round((Date.parse(dayOf(toMs, zone)) - Date.parse(dayOf(fromMs, zone))) / 86_400_000);
}

const time = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
const date = { day: 'numeric', month: 'short' } as const;

/** An instant in words of one language. */
export function formatTime(atMs: number, options: TimeOptions): string {
  const zone = options.zone === undefined ? {} : { timeZone: options.zone };
  const zoneName = options.isZoneNamed === true ? ({ timeZoneName: 'short' } as const) : {};
  const year = dayOf(atMs, options.zone).slice(0, 4) === dayOf(options.nowMs, options.zone).slice(0, 4);
  const withYear = year ? {} : ({ year: 'numeric' } as const);
  const write = (parts: Intl.DateTimeFormatOptions): string =>
    formatOf(options.tag, { ...zone, ...parts }).format(atMs);
  switch (options.style) {
    case 'time':
      return write({ ...time, ...zoneName });
    case 'date':
      return write({ ...date, year: 'numeric' });
    case 'long-date':
      return write({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
    case 'date-time':
      return write({ ...date, ...withYear, ...time, ...zoneName });
    case 'auto': {
      const days = daysBetween(atMs, options.nowMs, options.zone);
      if (days === 0) return write({ ...time, ...zoneName });
      if (days > 0 && days < 7) return write({ weekday: 'short', ...time, ...zoneName });
      return write({ ...date, ...withYear });
    }
  }
}

/** The whole instant with its zone, for a hover: `Sunday, 22 November 2026 at 14:05:09 CET`. */
export function formatFull(atMs: number, tag: string, zone?: string): string {
  return formatOf(tag, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    ...time,
    second: '2-digit',
    timeZoneName: 'short',
    ...(zone === undefined ? {} : { timeZone: zone }),
  }).format(atMs);
}

const steps = [
  { unit: 'year', ms: 31_557_600_000 },
  { unit: 'month', ms: 2_629_800_000 },
  { unit: 'week', ms: 604_800_000 },
  { unit: 'day', ms: 86_400_000 },
  { unit: 'hour', ms: 3_600_000 },
  { unit: 'minute', ms: 60_000 },
] as const;

const relatives = new Map<string, Intl.RelativeTimeFormat>();

/** How far from now: `3 hours ago`, `in 2 days`. */
export function formatRelative(atMs: number, nowMs: number, tag: string): string {
  let format = relatives.get(tag);
  if (format === undefined) {
    format = new Intl.RelativeTimeFormat(tag, { numeric: 'auto' });
    relatives.set(tag, format);
  }
  const distance = atMs - nowMs;
  const step = steps.find((one) => Math.abs(distance) >= one.ms);
  return step === undefined
    ? format.format(0, 'minute')
    : format.format(Math.trunc(distance / step.ms), step.unit);
}
