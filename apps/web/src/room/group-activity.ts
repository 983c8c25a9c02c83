/** What happened in a room lately, as people would tell it: upkeep left out, and what one person did in one go told once. */
import type { LineRow } from '@strongroom/device';
import { isUpkeep } from '../ledger-words/line-groups.ts';

const oneGoMs = 3_600_000;

/** A line that may stand for several, and how many. */
export interface Activity {
  readonly line: LineRow;
  /** How many lines it stands for. */
  readonly lines: number;
}

/** Groups lines, newest first. */
export function groupActivity(lines: readonly LineRow[]): readonly Activity[] {
  const told: Activity[] = [];
  for (const line of lines) {
    if (isUpkeep(line) || line.kind === 'epoch.rotated' || line.isVoid === true) continue;
    if (line.kind === 'written' && line.facts['kind'] !== undefined && line.facts['kind'] !== 'document')
      continue;
    const last = told.at(-1);
    if (last === undefined || !isOneGo(last.line, line)) told.push({ line, lines: 1 });
    else told[told.length - 1] = { line: merge(last.line, line), lines: last.lines + 1 };
  }
  return told;
}

function isOneGo(newer: LineRow, older: LineRow): boolean {
  return (
    (newer.kind === 'released' || newer.kind === 'written') &&
    newer.kind === older.kind &&
    newer.person === older.person &&
    newer.facts['version'] === older.facts['version'] &&
    newer.facts['conflictOf'] === undefined &&
    older.facts['conflictOf'] === undefined &&
    newer.atMs - older.atMs <= oneGoMs
  );
}

/** The newer line with the records of both, each once. */
function merge(newer: LineRow, older: LineRow): LineRow {
  const names = new Map<LineRow['records'][number], string>();
  for (const line of [newer, older]) {
    line.records.forEach((record, place) => {
      if (!names.has(record)) names.set(record, line.names?.records?.[place] ?? '');
    });
  }
  return {
    ...newer,
    records: [...names.keys()],
    names: { ...newer.names, records: [...names.values()] },
  };
}
