/** What one check found. */
export interface CheckOutcome {
  readonly isGreen: boolean;
  /** For people; empty when there is nothing to say. */
  readonly output: string;
}

/** A check of a source tree; it changes nothing. */
export interface Check {
  readonly name: string;
  /** @param root absolute path of the tree's root */
  run(root: string): Promise<CheckOutcome>;
}
