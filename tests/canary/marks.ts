/** Marks: texts and bytes that occur nowhere by chance, put where a firm's secrets go and looked for everywhere else. */
import { randomInt } from 'node:crypto';

/** Something that must not be found. */
export interface Mark {
  readonly name: string;
  /** Its parts, each of which alone gives it away: some code splits, folds or loses characters. */
  readonly fragments: readonly string[];
  /** The same in bytes, for keys and contents. */
  readonly bytes: readonly Uint8Array[];
}

const alphabets = {
  plain: 'abcdefghijkmnopqrstuvwxyz',
  polish: 'ąćęłńóśźż',
  chinese: '机密客户卷宗遗嘱诉讼合同证据档案',
} as const;

function draw(alphabet: keyof typeof alphabets, length: number): string {
  const characters = Array.from(alphabets[alphabet]);
  return Array.from({ length }, () => characters[randomInt(characters.length)]).join('');
}

/** A text of three words in three scripts. */
export function makeMark(name: string): Mark & { readonly text: string } {
  const fragments = [draw('plain', 16), `${draw('plain', 1)}${draw('polish', 12)}`, draw('chinese', 9)];
  return { name, fragments, bytes: [], text: fragments.join(' ') };
}

/** A mark of a text that somebody else made, whole. */
export function markOfText(name: string, ...fragments: readonly string[]): Mark {
  return { name, fragments, bytes: [] };
}

/** A mark of bytes. */
export function markOfBytes(name: string, ...bytes: readonly Uint8Array[]): Mark {
  return { name, fragments: [], bytes };
}
