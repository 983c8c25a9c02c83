/** Tables as CSV: RFC 4180 in UTF-8 with a byte order mark, and no cell that a spreadsheet would take for a formula. */

const byteOrderMark = '\uFEFF';
const formula = /^[=+\-@\t\r\n]/u;
const special = /[",\r\n]/u;

/** The text of a table; the first row is the headings. */
export function formatCsv(rows: readonly (readonly string[])[]): string {
  return byteOrderMark + rows.map((row) => `${row.map(formatCell).join(',')}\r\n`).join('');
}

function formatCell(value: string): string {
  const text = formula.test(value) ? `'${value}` : value;
  return special.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
