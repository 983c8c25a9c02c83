/** What a page of the bundle leads to. The two pages are small and made by our build: everything they may hold is known. */

/** What is wrong in a page. */
export interface PageFinding {
  readonly kind: 'reference' | 'inline';
  /** The address as it stands in the page, or the name of the element. */
  readonly what: string;
}

const tag = /<([a-z][a-z0-9-]*)\b((?:"[^"]*"|'[^']*'|[^>"'])*)>/giu;
const attribute = /([a-z][a-z0-9:-]*)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/giu;
const leading: ReadonlySet<string> = new Set([
  'src',
  'href',
  'action',
  'formaction',
  'data',
  'poster',
  'srcset',
  'imagesrcset',
  'ping',
  'background',
  'manifest',
  'xlink:href',
]);
const inlineElements: ReadonlySet<string> = new Set(['style', 'base', 'iframe', 'object', 'embed']);

/** Whatever in a page is not one of the files of the list, and whatever is code in the page itself. */
export function findForeign(
  html: string,
  options: { readonly isListed: (path: string) => boolean },
): PageFinding[] {
  const findings: PageFinding[] = [];
  for (const [whole, rawName = '', rest = ''] of html.matchAll(tag)) {
    const name = rawName.toLowerCase();
    const attributes = new Map(
      [...rest.matchAll(attribute)].map(([, key = '', double, single, bare]) => [
        key.toLowerCase(),
        double ?? single ?? bare ?? '',
      ]),
    );
    if (inlineElements.has(name)) findings.push({ kind: 'inline', what: name });
    if (name === 'script' && !attributes.has('src')) findings.push({ kind: 'inline', what: name });
    for (const [key, value] of attributes) {
      if (key.startsWith('on') || key === 'style' || key === 'srcdoc' || key === 'http-equiv')
        findings.push({ kind: 'inline', what: `${name} ${key}` });
      if (leading.has(key) && !isOwn(value, options.isListed))
        findings.push({ kind: 'reference', what: value });
    }
    // An unclosed quote hides what follows from this reader, not from a browser.
    if (/["']/u.test(rest.replace(attribute, '')))
      findings.push({ kind: 'inline', what: whole.slice(0, 80) });
  }
  return findings;
}

function isOwn(value: string, isListed: (path: string) => boolean): boolean {
  return value.startsWith('/') && isListed(value.slice(1));
}
