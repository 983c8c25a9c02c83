/**
 * The link that a browser's QR code carries while it waits to be adopted: whoever opens it on a device of the same person has the code there.
 * Format: `<address>/me#adopt=<code>`. The code is in the fragment, which a browser keeps to itself.
 */

const codePattern = /^[0-9A-Z]{4}(?:-[0-9A-Z]{4}){5}$/;

/** Writes a link to a server's address. */
export function formatAdoptLink(address: string, code: string): string {
  return `${address}/me#adopt=${code}`;
}

/** The code of what was scanned or of a fragment: a link of ours, or the code itself. Its own check is left to whoever uses it. */
export function readAdoptCode(text: string): string | undefined {
  const code = text.includes('#adopt=') ? text.slice(text.indexOf('#adopt=') + '#adopt='.length) : text;
  const plain = code.trim().toUpperCase();
  return codePattern.test(plain) ? plain : undefined;
}
