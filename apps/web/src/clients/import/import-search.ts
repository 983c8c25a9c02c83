/** What may stand in the address of an import: the job that runs. */
export interface ImportSearch {
  readonly job?: string;
}

/** Reads an address; what is not understood is left out. */
export function readImportSearch(search: Record<string, unknown>): ImportSearch {
  const { job } = search;
  return typeof job === 'string' && /^[0-9a-f]{32}$/.test(job) ? { job } : {};
}
