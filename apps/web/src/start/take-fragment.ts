/** A secret that came in the address is taken out of it at once: not even the history keeps it. */

/** The fragment of the page's address with its `#`, removed from address and history; empty where there is none. */
export function takeFragment(): string {
  const { hash, pathname, search } = location;
  if (hash === '') return '';
  history.replaceState(history.state, '', `${pathname}${search}`);
  return hash;
}

/** The value of `name` in a fragment such as `#code=X`. */
export function readFragment(fragment: string, name: string): string | undefined {
  return new URLSearchParams(fragment.slice(1)).get(name) ?? undefined;
}
