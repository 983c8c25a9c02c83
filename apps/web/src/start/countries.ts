/** Countries a firm may name at its first run, as ISO 3166-1 codes; names come from the browser, in the language of the page. */
const codes = [
  'AT AU BE BG BR CA CH CN CY CZ DE DK EE ES FI FR GB GR HK HR HU IE IL IN IS IT JP KR LI LT LU LV MC MO MT MX MY NL NO NZ PH PL PT RO SE SG SI SK',
  'TH TR TW UA US VN ZA',
]
  .join(' ')
  .split(' ');

/** A country with its name. */
export interface Country {
  readonly code: string;
  readonly name: string;
}

/** All of them by name; before them, in their own order, the ones that the language is home in. */
export function listCountries(intlTag: string): readonly Country[] {
  const names = new Intl.DisplayNames([intlTag], { type: 'region' });
  const homes = homesOf(intlTag);
  const collator = new Intl.Collator(intlTag);
  const placeOf = (code: string): number => (homes.includes(code) ? homes.indexOf(code) : homes.length);
  return codes
    .map((code) => ({ code, name: names.of(code) ?? code }))
    .toSorted((a, b) => placeOf(a.code) - placeOf(b.code) || collator.compare(a.name, b.name));
}

/** Where a language's firms usually are. */
export function homesOf(intlTag: string): readonly string[] {
  if (intlTag.startsWith('fr')) return ['FR', 'BE', 'CH', 'LU', 'CA'];
  if (intlTag.startsWith('pl')) return ['PL'];
  if (intlTag.startsWith('zh')) return ['CN', 'HK', 'MO', 'TW', 'SG'];
  return ['GB', 'IE', 'US', 'CA', 'AU', 'NZ'];
}
