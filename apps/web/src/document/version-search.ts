/** Which version an address names; absent: the newest. */
export interface VersionSearch {
  readonly version?: number;
}

/** Reads the search part of a document's address; what is not a version is left out. */
export function readVersionSearch(search: Readonly<Record<string, unknown>>): VersionSearch {
  const { version } = search;
  return typeof version === 'number' && Number.isSafeInteger(version) && version >= 1 ? { version } : {};
}
