/** Tables of text: columns aligned by the width the terminal shows, in which a Chinese character takes two cells. */
import { cleanText } from './clean-text.ts';
import { textWidth } from './text-width.ts';

/** A column: heading and on which side its text stands. */
export interface TableColumn {
  readonly heading: string;
  readonly align?: 'left' | 'right';
}

/** Lines of a table, heading first, two spaces between columns and none at the end of a line. */
export function formatTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  const cleaned = rows.map((row) => columns.map((_, place) => cleanText(row[place] ?? '')));
  const all = [columns.map((column) => column.heading), ...cleaned];
  const widths = columns.map((_, place) => Math.max(...all.map((row) => textWidth(row[place] ?? ''))));
  return all.map((row) =>
    columns
      .map((column, place) => padCell(row[place] ?? '', widths[place] ?? 0, column.align ?? 'left'))
      .join('  ')
      .trimEnd(),
  );
}

function padCell(text: string, width: number, align: 'left' | 'right'): string {
  const space = ' '.repeat(Math.max(0, width - textWidth(text)));
  return align === 'right' ? space + text : text + space;
}
