/** Numbers and sizes as a language writes them. */

const formats = new Map<string, Intl.NumberFormat>();

function formatOf(tag: string, unit: string | undefined, digits: number): Intl.NumberFormat {
  const key = `${tag} ${unit ?? ''} ${digits}`;
  const known = formats.get(key);
  if (known !== undefined) return known;
  const made = new Intl.NumberFormat(tag, {
    maximumFractionDigits: digits,
    // Short for a single byte is its singular in every number: “5 byte”.
    ...(unit === undefined ? {} : { style: 'unit', unit, unitDisplay: unit === 'byte' ? 'long' : 'short' }),
  });
  formats.set(key, made);
  return made;
}

/** A whole or broken number, with the language's groups. */
export function formatNumber(tag: string, value: number, digits = 0): string {
  return formatOf(tag, undefined, digits).format(value);
}

/** The number of a ledger line: groups of three with a space that does not break, in every language alike: `48 213`. */
export function formatLine(index: number): string {
  return String(index).replaceAll(/\B(?=(\d{3})+$)/gu, '\u{A0}');
}

const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

/** A size in steps of 1,000, with one digit after the point below ten: `2.1 MB`. */
export function formatBytes(tag: string, sizeBytes: number): string {
  let value = Math.max(0, sizeBytes);
  let step = 0;
  while (value >= 999.5 && step < units.length - 1) {
    value /= 1000;
    step += 1;
  }
  return formatOf(tag, units[step], step > 0 && value < 9.95 ? 1 : 0).format(value);
}
