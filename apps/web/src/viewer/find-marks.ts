/** Finding words in what is shown: ranges of text nodes, painted by the browser without touching the document. */

interface Mark {
  readonly range: Range;
}

/** All places of a text below an element, without regard to case. At most `max`. */
export function findMarks(root: HTMLElement, text: string, max: number): readonly Mark[] {
  const wanted = text.toLocaleLowerCase();
  if (wanted === '') return [];
  const nodes: Text[] = [];
  const starts: number[] = [];
  let joined = '';
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    starts.push(joined.length);
    nodes.push(node as Text);
    joined += (node as Text).data.toLocaleLowerCase();
  }
  const marks: Mark[] = [];
  for (
    let at = joined.indexOf(wanted);
    at >= 0 && marks.length < max;
    at = joined.indexOf(wanted, at + wanted.length)
  ) {
    const range = new Range();
    const [startNode, startOffset] = place(at);
    const [endNode, endOffset] = place(at + wanted.length);
    if (startNode === undefined || endNode === undefined) break;
    range.setStart(startNode, Math.min(startOffset, startNode.length));
    range.setEnd(endNode, Math.min(endOffset, endNode.length));
    marks.push({ range });
  }
  return marks;

  function place(offset: number): readonly [Text | undefined, number] {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return [nodes[low], offset - (starts[low] ?? 0)];
  }
}

/** Paints all marks, and one of them stronger. */
export function paintMarks(marks: readonly Mark[], index: number): void {
  CSS.highlights.set('found', new Highlight(...marks.map(({ range }) => range)));
  const current = marks[index];
  CSS.highlights.set('found-now', new Highlight(...(current === undefined ? [] : [current.range])));
  current?.range.startContainer.parentElement?.scrollIntoView({ block: 'center' });
}
