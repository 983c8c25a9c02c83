/** Hands a made file to the person. */
import { after } from '../clock.ts';

const keepUrlMs = 60_000;

/** Saves under a name, as a download. */
export function savePdf(pdf: Blob, name: string): void {
  const url = URL.createObjectURL(pdf);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  releaseLater(url);
}

/** A blob's address must outlive the click that uses it. */
function releaseLater(url: string): void {
  after(keepUrlMs, () => URL.revokeObjectURL(url));
}
