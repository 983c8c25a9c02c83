import { after } from '../clock.ts';

/** Hands bytes to the browser's own download, under a name. */
export function saveBlob(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // Some browsers take hold of the bytes only when the person has chosen a place.
  after(60_000, () => URL.revokeObjectURL(url));
}
