/** A word of the catalogue where it stands alone. */
export function startSentence(text: string, intlTag: string): string {
  const [letter = '', ...letters] = text;
  return letter.toLocaleUpperCase(intlTag) + letters.join('');
}
