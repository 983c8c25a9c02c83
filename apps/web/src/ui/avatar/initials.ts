/** Initials and colour of a person's round: pure functions of name and id. */

/** One or two letters of a name: first and last word of one written with spaces, the last one or two characters of a Chinese name. */
export function initialsOf(name: string): string {
  const trimmed = name.trim().normalize('NFC');
  if (/\p{Script=Han}/u.test(trimmed)) {
    const characters = trimmed.match(/\p{Script=Han}/gu) ?? [];
    return characters.length > 2 ? characters.slice(-2).join('') : characters.join('');
  }
  const words = trimmed.split(/[\s.]+/u).filter((word) => /\p{L}|\p{N}/u.test(word));
  const first = words[0];
  const last = words.length > 1 ? words.at(-1) : undefined;
  return `${firstLetterOf(first)}${firstLetterOf(last)}`.toLocaleUpperCase();
}

function firstLetterOf(word: string | undefined): string {
  return /\p{L}|\p{N}/u.exec(word ?? '')?.[0] ?? '';
}

/** How many colours there are. */
export const avatarColourCount = 6;

/** The colour of an id, the same everywhere: a number below {@link avatarColourCount}. */
export function avatarColourOf(id: string): number {
  let sum = 7;
  for (let index = 0; index < id.length; index += 1) sum = (sum * 31 + id.charCodeAt(index)) >>> 0;
  return sum % avatarColourCount;
}
