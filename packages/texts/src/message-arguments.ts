/**
 * What a message asks for: the arguments of an ICU message with their types, and the plural categories it spells out.
 * Used to generate `ids.ts` and to compare the four catalogues.
 */
import { compileMessageOrThrow } from '@lingui/message-utils/compileMessage';
import type { CompiledMessage } from '@lingui/message-utils/compileMessage';

/** Type of one argument of a message. */
export type ArgumentType = 'text' | 'number';

/** What one message contains besides its words. */
export interface MessageShape {
  /** Arguments by name; `number` where the message counts or formats it. */
  readonly arguments: ReadonlyMap<string, ArgumentType>;
  /** For each counted argument, the plural categories spelt out, exact ones (`=0`) left out, sorted. */
  readonly plurals: readonly { readonly name: string; readonly categories: readonly string[] }[];
}

const numberFormats: ReadonlySet<string> = new Set(['plural', 'selectordinal', 'number']);

/** Reads the shape of an ICU message. Throws the parser's error where the message is malformed. */
export function describeMessage(message: string): MessageShape {
  const found = new Map<string, ArgumentType>();
  const plurals: { name: string; categories: string[] }[] = [];
  collect(compileMessageOrThrow(message), found, plurals);
  return { arguments: found, plurals };
}

function collect(
  tokens: CompiledMessage,
  found: Map<string, ArgumentType>,
  plurals: { name: string; categories: string[] }[],
): void {
  for (const token of tokens) {
    if (typeof token === 'string') continue;
    const [name, type, format] = token;
    if (type !== undefined && numberFormats.has(type)) found.set(name, 'number');
    else if (!found.has(name)) found.set(name, 'text');
    if (typeof format !== 'object' || format === null) continue;
    const choices = Object.entries(format as Record<string, unknown>).filter(([key]) => key !== 'offset');
    if (type === 'plural') {
      const categories = choices.map(([key]) => key).filter((key) => !/^\d+$/u.test(key.replace('=', '')));
      plurals.push({ name, categories: categories.toSorted() });
    }
    for (const [, choice] of choices) {
      collect(typeof choice === 'string' ? [choice] : (choice as CompiledMessage), found, plurals);
    }
  }
}
