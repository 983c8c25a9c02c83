/** What an import will do, from what was read and chosen. Pure. */
import type { ClientRow } from '@strongroom/device';
import type { ClientsFile, ImportProblem, ImportRow } from '../../keys/contract.ts';
import { foldName } from '../conflicts.ts';

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

/** The code of each client by each of its names. */
export function readNamesHere(clients: readonly ClientRow[]): ReadonlyMap<string, string> {
  return new Map(
    clients.flatMap(({ code, name, aliases }) =>
      [name ?? '', ...aliases].map((each) => [foldName(each), code] as const),
    ),
  );
}

/** Lines that are clients already: those that the file's reader found, and those whose name is in `here`. */
export function findDoubles(file: ClientsFile, here: ReadonlyMap<string, string>): ClientsFile['doubles'] {
  const known = new Map(file.doubles.map((double) => [double.line, double]));
  return file.rows.flatMap(({ line, name }) => {
    const folded = foldName(name);
    const code = folded === '' ? undefined : here.get(folded);
    if (code !== undefined) return [{ line, code }];
    return known.get(line) ?? [];
  });
}

/** The plan; `ticked` holds lines of doubles that are to be added all the same. */
export function planImport(
  file: ClientsFile,
  doubles: ClientsFile['doubles'],
  ticked: ReadonlySet<number>,
): ImportPlan {
  const lines = new Set(doubles.map(({ line }) => line));
  const rows = file.rows.filter(({ line }) => !lines.has(line) || ticked.has(line));
  return {
    rows,
    skippedCount: file.rows.length - rows.length,
    problemCount: new Set(file.problems.map(({ line }) => line)).size,
  };
}
