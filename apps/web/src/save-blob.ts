/** Hands a made file to the person. */
import { after } from './clock.ts';

/** Some browsers take hold of the bytes only when the person has chosen a place. */
const keepUrlMs = 60_000;

/** Hands bytes to the browser's own download, under a name. */
export function saveBlob(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.hidden = true;
  document.body.append(link);
  link.click();
  link.remove();
  after(keepUrlMs, () => URL.revokeObjectURL(url));
}
