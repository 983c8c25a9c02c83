/**
 * A ledger line as a sentence in pieces: words of the catalogue with people, documents and rooms in between. Names never pass through
 * the catalogue's messages: each message gets marks, and the names are set in afterwards, so that a name cannot act as a message.
 */
import { officeId } from '@strongroom/core';
import type { LineRow } from '@strongroom/device';
import { listPieces } from '@strongroom/texts';
import type { Translator } from '@strongroom/texts';

/** One piece of a sentence. */
export type LinePart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'person' | 'record' | 'room'; readonly text: string; readonly id?: string };

/** Names by id of people, rooms, vaults and records, beside those that a line brings itself. */
export type NamesById = ReadonlyMap<string, string>;

/** What words are made with. */
export interface LineWords extends Pick<Translator, 't' | 'find'> {
  readonly intlTag: string;
}

const recordsNamedMax = 3;
const markOpen = '\uE000';
const markClose = '\uE001';
const marks = /\uE000(\d+)\uE001/u;

/** The sentence of a line. A kind that this version does not know is given by its name in the ledger. */
export function partsOfLine(line: LineRow, texts: LineWords, names: NamesById = new Map()): LinePart[] {
  const { t, find } = texts;
  const held: LinePart[][] = [];
  const mark = (parts: readonly LinePart[]): string => {
    held.push([...parts]);
    return `${markOpen}${held.length - 1}${markClose}`;
  };
  const fact = (name: string): string => String(line.facts[name] ?? '');
  const nameOf = (id: string): string | undefined => names.get(id);

  const sentence = find(sentenceIdOf(line), {
    who: mark([whoOf(line, texts, nameOf)]),
    subject: mark([subjectOf(line, texts, nameOf)]),
    room: mark([roomOf(line, texts, nameOf)]),
    vault: nameOf(fact('vault')) ?? t('web.lines.vault'),
    what: mark(whatOf(line, texts, nameOf)),
    role: find(`role.${fact('role')}`) ?? fact('role'),
    version: fact('version'),
    line: fact('index'),
    number: fact('number'),
    minimum: fact('minimum'),
    until: formatDay(line.facts['endsAt'], texts.intlTag),
    count: countOf(line),
  });
  const parts = splitAtMarks(sentence ?? line.kind, held);
  if (line.isVoid === true) parts.push({ kind: 'text', text: ` (${t('web.lines.void')})` });
  return capitalise(parts, texts.intlTag);
}

/** The same as plain text: for labels, copying and search. */
export function textOfLine(line: LineRow, texts: LineWords, names?: NamesById): string {
  return partsOfLine(line, texts, names)
    .map(({ text }) => text)
    .join('');
}

/** Purpose and reason of an opening, where they say more than work. */
export function noteOfLine(line: LineRow, texts: LineWords): string | undefined {
  if (line.erasedAtMs !== undefined)
    return texts.t('web.lines.erased', { date: formatDay(line.erasedAtMs, texts.intlTag) });
  const purpose =
    line.purpose === undefined || line.purpose === 'work' || line.purpose === 'sync'
      ? undefined
      : texts.find(`purpose.${line.purpose}`);
  const reason = line.isReasonUnreadable === true ? texts.t('web.lines.reason-unreadable') : line.reason;
  const said = [purpose, reason].filter((each) => each !== undefined);
  return said.length === 0 ? undefined : said.join(': ');
}

/** Which message tells a line: finer than its kind where the facts say more. */
function sentenceIdOf(line: LineRow): string {
  const { kind, facts } = line;
  switch (kind) {
    case 'signed-in':
      return facts['ok'] === 0 ? 'line.sign-in-failed' : 'line.signed-in';
    case 'released':
      return facts['bodies'] === 0 ? 'web.lines.kept-keys' : 'line.released';
    case 'written':
      if (facts['kind'] === 'note') return 'web.lines.written.note';
      if (facts['kind'] === 'profile') return 'web.lines.written.profile';
      if (facts['kind'] === 'firm') return 'web.lines.written.firm';
      if (facts['kind'] === 'payload-key') return 'line.payload-key.made';
      if (facts['conflictOf'] !== undefined) return 'web.lines.written.copy';
      return facts['version'] === 1 ? 'web.lines.written.first' : 'line.written';
    case 'access.granted':
      return facts['endsAt'] === undefined ? 'line.access.granted' : 'web.lines.granted-until';
    case 'hold.placed':
      return line.records.length === 0 ? 'web.lines.held.room' : 'line.hold.placed';
    case 'refused':
      return sentenceIdOfRefusal(String(facts['of']), line.room !== undefined);
    default:
      return `line.${kind}`;
  }
}

/** Where the request beside the line is shown to the reader, it says the room; a line that only counts does not. */
function sentenceIdOfRefusal(of: string, isRoomKnown: boolean): string {
  if (isRoomKnown && (of === 'open' || of === 'list')) return `web.lines.refused.${of}.in`;
  return ['open', 'list', 'lease'].includes(of) ? `web.lines.refused.${of}` : 'web.lines.refused.other';
}

function countOf(line: LineRow): number {
  const { facts } = line;
  return Number(facts['count'] ?? facts['kept'] ?? facts['items'] ?? line.records.length);
}

type NameOf = (id: string) => string | undefined;

function whoOf(line: LineRow, { t }: LineWords, nameOf: NameOf): LinePart {
  if (line.device === 'warden') return { kind: 'text', text: t('web.lines.warden') };
  const { person } = line;
  if (person === undefined) return { kind: 'text', text: t('web.lines.nobody') };
  return {
    kind: 'person',
    text: line.names?.person ?? nameOf(person) ?? t('web.lines.nameless'),
    id: person,
  };
}

function subjectOf(line: LineRow, { t }: LineWords, nameOf: NameOf): LinePart {
  const id = String(line.facts['subject'] ?? line.facts['person'] ?? line.person ?? '');
  const own = id === line.person ? line.names?.person : undefined;
  return { kind: 'person', text: own ?? nameOf(id) ?? t('web.lines.nameless'), ...(id === '' ? {} : { id }) };
}

function roomOf(line: LineRow, { t }: LineWords, nameOf: NameOf): LinePart {
  const { room, names } = line;
  const text = names?.client ?? (room === undefined ? undefined : nameOf(room)) ?? names?.clientCode;
  const unnamed = line.ledger === officeId ? t('web.lines.room.office') : t('web.lines.room');
  return { kind: 'room', text: text ?? unnamed, ...(room === undefined ? {} : { id: room }) };
}

function whatOf(line: LineRow, texts: LineWords, nameOf: NameOf): LinePart[] {
  const { t } = texts;
  const { records } = line;
  if (records.length === 0) return [roomOf(line, texts, nameOf)];
  const items = records.slice(0, recordsNamedMax).map((id, place): LinePart => {
    const known = line.names?.records?.[place];
    const name = known === undefined || known === '' ? nameOf(id) : known;
    return { kind: 'record', text: name ?? t('web.lines.record'), id };
  });
  const more = records.length - recordsNamedMax;
  if (more > 0) items.push({ kind: 'text', text: t('web.lines.more', { count: more }) });
  return listPieces(texts.intlTag, items.length).flatMap((piece) =>
    'between' in piece ? { kind: 'text', text: piece.between } : (items[piece.item] ?? []),
  );
}

/** Sets what was held back into the places of its marks; neighbouring words become one part. */
function splitAtMarks(sentence: string, held: readonly (readonly LinePart[])[]): LinePart[] {
  const pieces = sentence.split(marks);
  const parts: LinePart[] = [];
  pieces.forEach((piece, place) => {
    const found = place % 2 === 1 ? (held[Number(piece)] ?? []) : [{ kind: 'text' as const, text: piece }];
    for (const part of found) {
      if (part.text === '') continue;
      const last = parts.at(-1);
      if (last?.kind === 'text' && part.kind === 'text')
        parts[parts.length - 1] = { kind: 'text', text: last.text + part.text };
      else parts.push(part);
    }
  });
  return parts;
}

/** A sentence begins with a capital where it begins with a word of ours; a name stays as it is. */
function capitalise(parts: LinePart[], intlTag: string): LinePart[] {
  const [first, ...rest] = parts;
  if (first?.kind !== 'text') return parts;
  const [letter = '', ...letters] = first.text;
  return [{ kind: 'text', text: letter.toLocaleUpperCase(intlTag) + letters.join('') }, ...rest];
}

function formatDay(atMs: string | number | undefined, intlTag: string): string {
  if (typeof atMs !== 'number') return '';
  return new Intl.DateTimeFormat(intlTag, { day: 'numeric', month: 'short', year: 'numeric' }).format(atMs);
}
