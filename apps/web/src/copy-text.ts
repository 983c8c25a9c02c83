/** Hands a text to the person's clipboard, or at least under their hand. */

/** The part of the browser's clipboard that is used. It is missing where the browser keeps it from pages. */
export type TextClipboard = Pick<Clipboard, 'writeText'> | undefined;

/** Copies a text; false where the browser does not allow it. Never throws. */
export async function copyText(text: string, clipboard: TextClipboard): Promise<boolean> {
  try {
    if (clipboard === undefined) return false;
    await clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** Selects what an element says, so that the keys of the system copy it. */
export function selectText(element: Element): void {
  document.getSelection()?.selectAllChildren(element);
}
