/** The number that a query names as a line's: `1234`, `#1234`, `1,234`, `1 234`; undefined for anything else. */
export function readLineNumber(query: string): number | undefined {
  const digits = query
    .trim()
    .replace(/^#\s*/u, '')
    .replaceAll(/[\s,.’']/gu, '');
  return /^\d{1,12}$/u.test(digits) ? Number(digits) : undefined;
}
