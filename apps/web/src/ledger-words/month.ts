/** A month of a ledger, which counts in UTC, in words. `month` is `YYYY-MM`. */
export function formatMonth(month: string, intlTag: string): string {
  return new Intl.DateTimeFormat(intlTag, { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
    Date.parse(`${month}-01T00:00:00Z`),
  );
}
