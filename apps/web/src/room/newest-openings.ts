/** Documents with the openings that lines tell of and the documents' own rows do not yet. */
import type { LineRow, RecordOpening, RecordRow } from '@strongroom/device';

/** `lines` are releases, newest first. A row is the same object where nothing is newer. */
export function withOpenings(
  rows: readonly RecordRow[] | undefined,
  lines: readonly LineRow[],
): readonly RecordRow[] | undefined {
  if (rows === undefined || lines.length === 0) return rows;
  const openings = new Map<string, LineRow[]>();
  for (const line of lines) {
    // Without a body it opened nothing, and a line that was not accepted did nothing.
    if (line.facts['bodies'] === 0 || line.isVoid === true) continue;
    for (const record of line.records) {
      const known = openings.get(record);
      if (known === undefined) openings.set(record, [line]);
      else known.push(line);
    }
  }
  return rows.map((row) => {
    const found = openings.get(row.record) ?? [];
    const newer = found.filter(({ index }) => index > (row.lastOpened?.line.index ?? -1));
    const last = newer[0] === undefined ? undefined : toOpening(newer[0]);
    if (last === undefined) return row;
    return { ...row, lastOpened: last, openings: row.openings + newer.length };
  });
}

function toOpening(line: LineRow): RecordOpening | undefined {
  const { person, device, atMs, ledger, index, purpose, names } = line;
  if (person === undefined) return undefined;
  return {
    person,
    ...(names?.person === undefined ? {} : { personName: names.person }),
    ...(device === undefined || device === 'warden' ? {} : { device }),
    atMs,
    line: { ledger, index },
    ...(purpose === undefined ? {} : { purpose }),
  };
}
