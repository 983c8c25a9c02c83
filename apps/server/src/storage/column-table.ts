/** The table "what the server knows" as it stands in docs/spec/server.md. */
import { officeColumnClasses, vaultColumnClasses } from './column-classes.ts';
import type { ColumnClass } from './column-classes.ts';

const classes: readonly ColumnClass[] = ['public', 'pseudonymous', 'sealed', 'secret'];

/** Markdown: a row a table, the columns by class. */
export function formatColumnTable(): string {
  const rows = Object.entries(officeColumnClasses).map(([table, columns]) => {
    const where = Object.hasOwn(vaultColumnClasses, table) ? 'all' : 'office';
    const cells = classes.map((wanted) =>
      Object.entries(columns)
        .filter(([, found]) => found === wanted)
        .map(([column]) => `\`${column}\``)
        .join(' '),
    );
    return `| \`${table}\` | ${where} | ${cells.join(' | ')} |`;
  });
  return [
    '| table | database | public | pseudonymous | sealed | secret |',
    '|---|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}
