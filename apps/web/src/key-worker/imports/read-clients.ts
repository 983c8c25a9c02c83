/** The dry run of a client list: which columns, which rows, what is wrong, what is there twice. Writes nothing. */
import { InputError, LimitError } from '@strongroom/core';
import type { PersonId } from '@strongroom/core';
import type {
  ClientsFile,
  ImportContract,
  ImportField,
  ImportProblem,
  ImportRow,
} from '../../keys/contract.ts';
import { fold, guessColumns, parseClass } from './columns.ts';
import { parseCountry } from './countries.ts';
import { guessSeparator, readCsv, separators } from './csv.ts';
import type { CsvRow, Separator } from './csv.ts';
import { decodeText, encodings, guessEncoding, isEncoding } from './encodings.ts';

/** Limits of a list. */
export const importLimits = {
  fileBytesMax: 10_000_000,
  rowsMax: 20_000,
  nameLengthMax: 256,
  aliasesMax: 64,
} as const;
/** Between several values in one cell; a name may hold a comma. */
const betweenNames = /\s*[;|\n]\s*/u;
const betweenCodes = /\s*[;,|/\n]\s*/u;

/** What is known already: clients by folded name, people by folded name (undefined: two have it). */
export interface KnownNames {
  readonly clients: ReadonlyMap<string, string>;
  readonly people: ReadonlyMap<string, PersonId | undefined>;
}

type Problem = ClientsFile['problems'][number];

/** @throws InputError INPUT_INVALID; LimitError LIMIT_EXCEEDED */
export function readClientsFile(
  options: Parameters<ImportContract['readClients']>[0],
  known: KnownNames,
): ClientsFile {
  const { bytes } = options;
  if (!(bytes instanceof Uint8Array)) throw new InputError('INPUT_INVALID', { name: 'bytes' });
  if (bytes.length > importLimits.fileBytesMax)
    throw new LimitError('LIMIT_EXCEEDED', { name: 'fileBytes', max: importLimits.fileBytesMax });
  const encoding = options.encoding ?? guessEncoding(bytes);
  if (!isEncoding(encoding)) throw new InputError('INPUT_INVALID', { name: 'encoding' });
  const text = decodeText(bytes, encoding);
  const separator = options.separator ?? guessSeparator(text);
  if (!isSeparator(separator)) throw new InputError('INPUT_INVALID', { name: 'separator' });
  const table = readCsv(text, separator);
  const { titles, fields, body } = findColumns(table.rows, options.columns);
  if (body.length > importLimits.rowsMax)
    throw new LimitError('LIMIT_EXCEEDED', { name: 'rows', max: importLimits.rowsMax });
  const problems: Problem[] = [];
  const broken = new Set(table.broken);
  const rows: ImportRow[] = [];
  for (const row of body) {
    const report = (code: ImportProblem, value?: string): void =>
      void problems.push({
        line: row.line,
        code,
        ...(value === undefined ? {} : { value: value.slice(0, 200) }),
      });
    if (broken.has(row.line)) report('quote-broken');
    else {
      const read = readRow(row, fields, known.people, report);
      if (read !== undefined) rows.push(read);
    }
  }
  return {
    encoding,
    encodings,
    separator,
    columns: titles.map((title, index) => {
      const field = fields[index];
      return field === undefined ? { title } : { title, field };
    }),
    rows,
    problems,
    doubles: findDoubles(rows, known.clients),
  };
}

function findColumns(
  rows: readonly CsvRow[],
  chosen: readonly (ImportField | null)[] | undefined,
): {
  readonly titles: readonly string[];
  readonly fields: readonly (ImportField | undefined)[];
  readonly body: readonly CsvRow[];
} {
  const titles = (rows[0]?.cells ?? []).map((title) => title.trim());
  const guessed = guessColumns(titles);
  // A list of names alone needs no title.
  if (titles.length === 1 && guessed[0] === undefined)
    return { titles: [''], fields: chosen?.map((field) => field ?? undefined) ?? ['name'], body: rows };
  const body = rows.slice(1);
  if (chosen !== undefined) return { titles, fields: chosen.map((field) => field ?? undefined), body };
  if (guessed.includes('name')) return { titles, fields: guessed, body };
  // No title names the clients: the first that names nothing else.
  const first = guessed.indexOf(undefined);
  return { titles, fields: guessed.map((field, index) => (index === first ? 'name' : field)), body };
}

function readRow(
  { line, cells }: CsvRow,
  fields: readonly (ImportField | undefined)[],
  people: KnownNames['people'],
  report: (code: ImportProblem, value?: string) => void,
): ImportRow | undefined {
  const valuesOf = (field: ImportField): string[] =>
    cells.filter((cell, index) => fields[index] === field && cell.trim() !== '').map((cell) => cell.trim());
  const name = (valuesOf('name')[0] ?? '').replaceAll(/\s+/gu, ' ');
  if (name === '') {
    report('name-missing');
    return undefined;
  }
  if (name.length > importLimits.nameLengthMax) {
    report('name-too-long', name);
    return undefined;
  }
  const aliases = [...new Set(valuesOf('alias').flatMap((cell) => cell.split(betweenNames)))].filter(
    (alias) => alias !== '' && alias !== name,
  );
  const tooLong = aliases.filter((alias) => alias.length > importLimits.nameLengthMax);
  for (const alias of tooLong) report('alias-too-long', alias);
  const [classText] = valuesOf('class');
  const recordClass = classText === undefined ? undefined : parseClass(classText);
  if (classText !== undefined && recordClass === undefined) report('class-unknown', classText);
  const countries = new Set<string>();
  for (const cell of valuesOf('country')) for (const code of readCountries(cell, report)) countries.add(code);
  const [leadName] = valuesOf('lead');
  const lead = leadName === undefined ? undefined : people.get(fold(leadName));
  if (leadName !== undefined && lead === undefined) report('lead-unknown', leadName);
  return {
    line,
    name,
    aliases: aliases.filter((alias) => !tooLong.includes(alias)).slice(0, importLimits.aliasesMax),
    ...(recordClass === undefined ? {} : { class: recordClass }),
    ...(countries.size === 0 ? {} : { countries: [...countries] }),
    ...(lead === undefined ? {} : { lead }),
    ...(leadName === undefined ? {} : { leadName }),
  };
}

/** A cell may name one country whose name holds a comma, or several. */
function readCountries(cell: string, report: (code: ImportProblem, value?: string) => void): string[] {
  const whole = parseCountry(cell);
  if (whole !== undefined) return [whole];
  return cell.split(betweenCodes).flatMap((part) => {
    if (part === '') return [];
    const code = parseCountry(part);
    if (code === undefined) report('country-unknown', part);
    return code === undefined ? [] : [code];
  });
}

function findDoubles(rows: readonly ImportRow[], clients: KnownNames['clients']): ClientsFile['doubles'] {
  const seen = new Set<string>();
  return rows.flatMap(({ line, name }) => {
    const key = fold(name);
    const code = clients.get(key);
    const isTwice = seen.has(key);
    seen.add(key);
    if (code !== undefined) return [{ line, code }];
    return isTwice ? [{ line }] : [];
  });
}

function isSeparator(value: string): value is Separator {
  return (separators as readonly string[]).includes(value);
}
