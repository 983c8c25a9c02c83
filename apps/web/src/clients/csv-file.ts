/**
 * Comma-separated values for a spreadsheet: RFC 4180 in UTF-8 with a byte order mark. A cell that a spreadsheet would take for a formula
 * begins with an apostrophe, so that a client's name can never run anything on the machine that opens the list.
 */

/** One cell. */
export function csvCell(value: string): string {
  const harmless = /^[\s]*[=+\-@\t\r＝＋－＠]/u.test(value) ? `'${value}` : value;
  return /[",\r\n;]/u.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** The whole text, with its mark. */
export function csvText(rows: readonly (readonly string[])[]): string {
  return `\uFEFF${rows.map((row) => `${row.map(csvCell).join(',')}\r\n`).join('')}`;
}

/** The file. */
export function csvFile(rows: readonly (readonly string[])[]): Blob {
  return new Blob([csvText(rows)], { type: 'text/csv;charset=utf-8' });
}
