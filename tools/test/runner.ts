/** A test that did not run. */
export interface Skip {
  readonly name: string;
  /** Absent when the test does not say why; that counts as a failure. */
  readonly reason: string | undefined;
}

/** A test that failed, or what else was wrong. */
export interface Failure {
  readonly name: string;
  /** What it said, in one line. */
  readonly reason: string;
}

/** What one runner counted. */
export interface RunReport {
  readonly passed: number;
  readonly failures: readonly Failure[];
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

const reasonLengthMax = 600;
/** Lines of a stack that name no file of ours. */
const isNotOurs = /node_modules|node:|<anonymous>/u;

/** What a failure said, as one line of the summary: its words and the nearest places, without colours. All of it stands in the runner's own output. */
export function reasonOf(message: string | undefined): string {
  // eslint-disable-next-line no-control-regex -- a terminal's colours begin with this character
  const plain = (message ?? '').replaceAll(/\u001B\[[\d;]*m/gu, '');
  const lines = plain.split('\n').map((line) => line.trim());
  return (
    lines
      .filter((line) => line !== '' && !(line.startsWith('at ') && isNotOurs.test(line)))
      .join(' | ')
      .slice(0, reasonLengthMax) || 'no message'
  );
}
