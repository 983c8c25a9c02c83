/** Who reads it, when, and the ledger's line, across a document of the top class: over the viewer, and over every page that is printed. */

const rowCount = 24;
const timesInRow = 6;

/** The lines of a watermark: enough of them, and long enough, to cover a page that they lie across at an angle. */
export function watermarkRows(text: string): readonly string[] {
  return Array.from({ length: rowCount }, () => `${text}      `.repeat(timesInRow));
}

/** The layer, for a style sheet to place. Readers of screens and paper hear the same words elsewhere once. */
export function makeWatermark(text: string, className: string): HTMLElement {
  const layer = document.createElement('div');
  layer.className = className;
  layer.ariaHidden = 'true';
  const lines = document.createElement('div');
  for (const row of watermarkRows(text)) {
    const line = document.createElement('p');
    line.textContent = row;
    lines.append(line);
  }
  layer.append(lines);
  return layer;
}
