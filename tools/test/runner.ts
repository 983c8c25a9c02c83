/** A test that did not run. */
export interface Skip {
  readonly name: string;
  /** Absent when the test does not say why; that counts as a failure. */
  readonly reason: string | undefined;
}

/** What one runner counted. */
export interface RunReport {
  readonly passed: number;
  readonly failed: number;
  readonly skips: readonly Skip[];
}

/** One way of running tests; `npm test` adds up the reports of all of them. */
export interface Runner {
  readonly name: string;
  /**
   * @param root absolute path of the tree
   * @param filters parts of paths; empty means everything. A runner with nothing that matches reports zeros
   */
  run(root: string, filters: readonly string[]): Promise<RunReport>;
}
