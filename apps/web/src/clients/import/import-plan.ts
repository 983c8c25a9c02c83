/** What an import will do, from what was read and chosen. Pure. */
import type { ClientsFile, ImportProblem, ImportRow } from '../../keys/contract.ts';

/** Problems that leave the whole line out; the others leave out one value. */
const fatal: ReadonlySet<ImportProblem> = new Set(['name-missing', 'name-too-long', 'quote-broken']);

/** What will happen. */
export interface ImportPlan {
  readonly rows: readonly ImportRow[];
  /** Lines that are a client already, or twice in the file, and are not ticked. */
  readonly skippedCount: number;
  /** Lines of which something cannot be used. */
  readonly problemCount: number;
}

/** Whether a problem leaves the line out. */
export function isFatal(problem: ImportProblem): boolean {
  return fatal.has(problem);
}

/** The plan; `ticked` holds lines of doubles that are to be added all the same. */
export function planImport(file: ClientsFile, ticked: ReadonlySet<number>): ImportPlan {
  const doubles = new Set(file.doubles.map(({ line }) => line));
  const rows = file.rows.filter(({ line }) => !doubles.has(line) || ticked.has(line));
  return {
    rows,
    skippedCount: file.rows.length - rows.length,
    problemCount: new Set(file.problems.map(({ line }) => line)).size,
  };
}
