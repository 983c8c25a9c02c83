/** Tells a page that is being left from one whose time ran on: a reload or a closed tab settles every toast at once. */
let isLeaving = false;
// In the capture phase, so that this is known before anything that listens for the end of the page acts on it.
addEventListener('pagehide', () => (isLeaving = true), { capture: true });
addEventListener('pageshow', () => (isLeaving = false), { capture: true });

/** Whether the page is being left at this moment. */
export function isPageLeaving(): boolean {
  return isLeaving;
}
