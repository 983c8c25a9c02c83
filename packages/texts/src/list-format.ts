/** Several words in a row, as a language writes them: `A, B and C`, `A, B et C`, `A、B和C`, `A, B i C`. */

const formats = new Map<string, Intl.ListFormat>();

function formatOf(intlTag: string, style: 'long' | 'narrow'): Intl.ListFormat {
  const key = `${intlTag} ${style}`;
  const known = formats.get(key) ?? new Intl.ListFormat(intlTag, { type: 'conjunction', style });
  formats.set(key, known);
  return known;
}

/** A list in a sentence or a cell. */
export function formatList(intlTag: string, items: readonly string[]): string {
  return formatOf(intlTag, 'long').format(items);
}

/** Values that stand beside one another, such as other names or codes: without an `and` where the language can do without. */
export function formatValues(intlTag: string, values: readonly string[]): string {
  return formatOf(intlTag, 'narrow').format(values);
}

/** The same list in pieces, where an item is more than words: `item` is its place in the list. */
export function listPieces(
  intlTag: string,
  count: number,
): readonly ({ readonly item: number } | { readonly between: string })[] {
  const places = Array.from({ length: count }, (_, place) => String(place));
  return formatOf(intlTag, 'long')
    .formatToParts(places)
    .map(({ type, value }) => (type === 'element' ? { item: Number(value) } : { between: value }));
}
