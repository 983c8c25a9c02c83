/**
 * Reads comma-separated values (RFC 4180): quotes, doubled quotes, line breaks in quotes, CRLF, LF or CR, and one of four separators.
 * Every row knows the line it begins on. Nothing is guessed here but the separator.
 */

/** Separators that are understood. */
export const separators = [',', ';', '\t', '|'] as const;
export type Separator = (typeof separators)[number];

/** One row, with the line of the file it begins on, counted from 1. */
export interface CsvRow {
  readonly line: number;
  readonly cells: readonly string[];
}

/** A file in rows, and what was wrong with it. */
export interface CsvTable {
  readonly rows: readonly CsvRow[];
  /** Lines where a quote is not closed, or text follows one. */
  readonly broken: readonly number[];
}

const sampleRows = 50;
const sampleLength = 65_536;

/** Rows of a text; empty ones are left out. */
export function readCsv(text: string, separator: Separator, rowsMax = Infinity): CsvTable {
  const rows: CsvRow[] = [];
  const broken: number[] = [];
  let cells: string[] = [];
  let cell = '';
  let line = 1;
  let rowLine = 1;
  let state: 'plain' | 'quoted' | 'closed' = 'plain';

  function endRow(): void {
    cells.push(cell);
    cell = '';
    if (cells.some((each) => each !== '')) rows.push({ line: rowLine, cells });
    cells = [];
    state = 'plain';
  }

  const special = new RegExp(`["\\r\\n${separator === '|' ? '\\|' : separator}]`, 'gu');
  let at = 0;
  while (at < text.length && rows.length < rowsMax) {
    if (state !== 'closed') {
      // Up to the next character that means something, in one step.
      special.lastIndex = at;
      const next = special.exec(text)?.index ?? text.length;
      cell += text.slice(at, next);
      at = next;
      if (at === text.length) break;
    }
    const character = text.charAt(at);
    const isBreak = character === '\n' || character === '\r';
    if (isBreak && character === '\r' && text[at + 1] === '\n') at += 1;
    at += 1;
    if (state === 'quoted') {
      if (character === '"' && text[at] === '"') {
        cell += '"';
        at += 1;
      } else if (character === '"') state = 'closed';
      else cell += isBreak ? '\n' : character;
      if (isBreak) line += 1;
      continue;
    }
    if (isBreak) {
      endRow();
      line += 1;
      rowLine = line;
    } else if (character === separator) {
      cells.push(cell);
      cell = '';
      state = 'plain';
    } else if (character === '"' && state === 'plain' && cell.trim() === '') {
      cell = '';
      state = 'quoted';
    } else if (state === 'closed') {
      if (character.trim() !== '') {
        if (broken.at(-1) !== line) broken.push(line);
        cell += character;
      }
    } else cell += character;
  }
  if (rows.length >= rowsMax) return { rows, broken };
  if (state === 'quoted') broken.push(rowLine);
  if (cell !== '' || cells.length > 0) endRow();
  return { rows, broken };
}

/** The separator under which the most rows have the same number of cells, more than one. */
export function guessSeparator(text: string): Separator {
  const sample = text.slice(0, sampleLength);
  let best: { readonly separator: Separator; readonly score: number } = { separator: ',', score: 0 };
  for (const separator of separators) {
    const { rows } = readCsv(sample, separator, sampleRows);
    const width = rows[0]?.cells.length ?? 0;
    if (width < 2) continue;
    const even = rows.filter(({ cells }) => cells.length === width).length / rows.length;
    const score = even * 100 + Math.min(width, 50);
    if (score > best.score) best = { separator, score };
  }
  return best.separator;
}
