/**
 * Names and reasons come from other people's devices. Before they reach a terminal everything that could steer it is made
 * visible: control characters (escape sequences begin with one) and characters that turn the direction of writing.
 */
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const dangerous = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/** The text with every steering character replaced by U+FFFD. */
export function cleanText(text: string): string {
  return text.replace(dangerous, '\uFFFD');
}
