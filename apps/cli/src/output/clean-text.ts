/**
 * Names and reasons come from other people's devices. Before they reach a terminal everything that could steer it is made
 * visible: control characters (escape sequences begin with one) and characters that are not seen or turn the direction of writing.
 */
const dangerous = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** The text with every steering character replaced by U+FFFD. */
export function cleanText(text: string): string {
  return text.replace(dangerous, '\uFFFD');
}
