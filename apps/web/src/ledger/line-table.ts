/** A list of lines as a table of words, for CSV and PDF. Without names every id stands for itself, a client's code for his room. */
import type { LineReport, LineRow } from '@strongroom/device';
import { noteOfLine, textOfLine } from '../ledger-words/line-parts.ts';
import type { LineWords, NamesById } from '../ledger-words/line-parts.ts';

/** Headings and rows. */
export interface LineTable {
  readonly headings: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export function makeLineTable(report: LineReport, texts: LineWords, known: NamesById): LineTable {
  const { t } = texts;
  const hasNames = report.statement !== undefined;
  return {
    headings: [
      t('web.ledger.list.line'),
      t('web.ledger.list.time'),
      t('web.ledger.list.what'),
      t('web.ledger.list.person'),
      t('web.ledger.list.room'),
      t('web.ledger.list.note'),
      t('web.ledger.list.hash'),
    ],
    rows: report.lines.map((line) => {
      const names = hasNames ? known : pseudonymsOf(line);
      const { person, room } = line;
      return [
        String(line.index),
        new Date(line.atMs).toISOString(),
        textOfLine(line, texts, names),
        person === undefined ? '' : (names.get(person) ?? person),
        line.names?.client ?? line.names?.clientCode ?? room ?? '',
        noteOfLine(line, texts) ?? '',
        line.hash,
      ];
    }),
  };
}

/** Every id that a line names, standing for itself. */
function pseudonymsOf(line: LineRow): NamesById {
  const ids = [line.person, line.device, line.room, ...line.records, ...Object.values(line.facts)];
  const pseudonyms = new Map(
    ids.filter((id): id is string => typeof id === 'string' && idForm.test(id)).map((id) => [id, id]),
  );
  if (line.room !== undefined && line.names?.clientCode !== undefined)
    pseudonyms.set(line.room, line.names.clientCode);
  return pseudonyms;
}

const idForm = /^[a-z]{3}_/u;
