/** Messages of one language by id: ICU text under a dotted id. */
export type Catalogue = Readonly<Record<string, string>>;
