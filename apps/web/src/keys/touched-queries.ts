/** What a write makes old. Lists that take long for a large firm are asked for again only after writes that can change them. */

/** Parts of the device that write; `openings` are lines without a change. */
export type WrittenArea = string;

/** By the first part of a query's name: the areas whose writes change its answer. Any other query is asked for again after every write. */
const areasOf: Readonly<Record<string, readonly WrittenArea[]>> = {
  clients: ['clients', 'vaults', 'access', 'holds'],
  people: ['people', 'devices', 'access'],
  vaults: ['vaults'],
  firm: ['people', 'vaults'],
  doctor: ['people', 'devices', 'bundles'],
  preference: [],
};

/** Whether a query's answer is another one after these writes. `areas` undefined: anything may have changed. */
export function isTouched(query: unknown, areas: readonly WrittenArea[] | undefined): boolean {
  const changing = typeof query === 'string' && Object.hasOwn(areasOf, query) ? areasOf[query] : undefined;
  if (areas === undefined || changing === undefined) return true;
  return areas.some((area) => changing.includes(area));
}
