/** What must be alike in all translations of one message. */
export interface MessageShape {
  /** Names of arguments, each once, sorted. */
  readonly argumentNames: readonly string[];
  /** For each plural in it, its categories. */
  readonly plurals: readonly (readonly string[])[];
}

/**
 * Reads the shape of an ICU message: `{name}`, `{name, type}`, `{name, plural, category {...} ...}`, nested. Independent of
 * the library that formats the messages.
 *
 * @throws Error when braces do not balance
 */
export function readMessageShape(message: string): MessageShape {
  const names = new Set<string>();
  const plurals: string[][] = [];
  const end = readText(message, 0, names, plurals);
  if (end !== message.length) throw new Error(`unbalanced braces in: ${message}`);
  return { argumentNames: [...names].sort(), plurals };
}

/** @returns the index of the brace that ends the text, or the length */
function readText(message: string, start: number, names: Set<string>, plurals: string[][]): number {
  let index = start;
  while (index < message.length && message[index] !== '}') {
    index = message[index] === '{' ? readArgument(message, index, names, plurals) : index + 1;
  }
  return index;
}

/** @returns the index after the argument's closing brace */
function readArgument(message: string, start: number, names: Set<string>, plurals: string[][]): number {
  const head = /\{\s*(\w+)\s*(?:,\s*(\w+)\s*)?(,|\})/y;
  head.lastIndex = start;
  const match = head.exec(message);
  if (match === null) throw new Error(`unreadable argument at ${start} in: ${message}`);
  names.add(match[1] ?? '');
  if (match[3] === '}') return head.lastIndex;
  const categories: string[] = [];
  const category = /\s*(=?\w+)\s*\{/y;
  category.lastIndex = head.lastIndex;
  let index = head.lastIndex;
  for (let found = category.exec(message); found !== null; found = category.exec(message)) {
    categories.push(found[1] ?? '');
    index = readText(message, category.lastIndex, names, plurals) + 1;
    category.lastIndex = index;
  }
  if (match[2] === 'plural' || match[2] === 'selectordinal') plurals.push(categories);
  const close = message.indexOf('}', index);
  if (close < 0) throw new Error(`unbalanced braces in: ${message}`);
  return close + 1;
}
