/** Major types of RFC 8949 section 3.1. Tags (6) are not used. */
export const majorTypes = {
  unsigned: 0,
  negative: 1,
  bytes: 2,
  text: 3,
  array: 4,
  map: 5,
  simple: 7,
} as const;

/** The simple values of RFC 8949 section 3.3 that are used. */
export const simpleValues = { false: 20, true: 21, null: 22 } as const;
