/** Which font a text needs, run by run: pdfkit draws a missing glyph as an empty box without a word. */

/** A run of text in one font. */
export interface FontRun {
  readonly text: string;
  readonly isChinese: boolean;
}

const chinese = /[\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\u{20000}-\u{3134f}]+/gu;

/** Cuts a text where the script changes. Joined again, the runs are the text. */
export function splitByScript(text: string): readonly FontRun[] {
  const runs: FontRun[] = [];
  let end = 0;
  for (const match of text.matchAll(chinese)) {
    if (match.index > end) runs.push({ text: text.slice(end, match.index), isChinese: false });
    runs.push({ text: match[0], isChinese: true });
    end = match.index + match[0].length;
  }
  if (end < text.length || runs.length === 0) runs.push({ text: text.slice(end), isChinese: false });
  return runs;
}
