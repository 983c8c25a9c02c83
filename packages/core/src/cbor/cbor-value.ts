/** A value that deterministic CBOR can carry. Maps are plain objects; `undefined` members are not allowed. */
export type CborValue = number | string | boolean | null | Uint8Array | readonly CborValue[] | CborMap;
/** A CBOR map with text keys. Decoded maps have no prototype, so a key such as `__proto__` is a key like any other. */
export type CborMap = { readonly [key: string]: CborValue };
