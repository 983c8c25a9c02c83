/** Places where a test may make the witness die, fail or wait. A test walks the list. */
export const witnessFaultPoints = [
  'witness.add.after-judgement',
  'witness.add.after-signature',
  'witness.add.after-commit',
] as const;

/** The name of one. */
export type WitnessFaultPoint = (typeof witnessFaultPoints)[number];
