/** Small words about documents and people that several screens of a room use. */
import type { MemberRow, RecordRow } from '@strongroom/device';
import { settledLabel } from '../keys/contract.ts';
import type { Texts } from '../texts/texts-context.tsx';
import type { AvatarPerson } from '../ui/index.ts';

export { classTitle as classWord } from '../clients/class-words.ts';

/** A document's name; one whose key is destroyed has none any more. */
export function nameOfRecord(row: RecordRow, { t }: Texts): string {
  if (row.name !== '') return row.name;
  return row.state === 'destroyed' ? t('web.room.document.destroyed') : t('web.room.document.nameless');
}

/** Whether a conflict copy's content became its original's newest version, so that nobody has to compare them any more. */
export function isSettled(row: RecordRow): boolean {
  return row.labels[settledLabel] !== undefined;
}

/** First initial and last name where a name is written in Latin words, the name as it is elsewhere. */
export function shortName(name: string): string {
  const words = name.trim().split(/\s+/u);
  const [first, last] = [words[0], words.at(-1)];
  if (words.length < 2 || first === undefined || last === undefined) return name;
  if (!/^\p{Script=Latin}/u.test(first)) return name;
  return `${String.fromCodePoint(first.codePointAt(0) ?? 0)}. ${last}`;
}

/** Members who can open the room's documents now, managers first. */
export function whoCanOpen(members: readonly MemberRow[], { t }: Texts): readonly AvatarPerson[] {
  return members
    .filter((member) => member.isActive && !member.isWalled)
    .toSorted((left, right) => Number(right.role === 'manager') - Number(left.role === 'manager'))
    .map((member) => ({ id: member.person, name: member.name ?? t('web.room.person.nameless') }));
}
