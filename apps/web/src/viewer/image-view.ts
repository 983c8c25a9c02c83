/** A picture, decoded by the browser once its header says that it is of bearable size. */
import type { View } from './view.ts';

/** Shows a picture. Rejects if the browser cannot decode it. */
export async function showImage(root: HTMLElement, bytes: ArrayBuffer, type: string): Promise<View> {
  const blob = new Blob([bytes], { type });
  const url = URL.createObjectURL(blob);
  const image = document.createElement('img');
  image.className = 'picture';
  image.alt = '';
  image.src = url;
  await image.decode();
  const frame = document.createElement('div');
  frame.className = 'picture-frame';
  frame.append(image);
  root.replaceChildren(frame);
  return {
    pages: 1,
    setZoom(zoom) {
      image.style.maxWidth = zoom === 'fit' ? '' : 'none';
      image.style.width = zoom === 'fit' ? '' : `${String(image.naturalWidth * zoom)}px`;
    },
    goToPage: () => window.scrollTo(0, 0),
    find: async () => ({ count: 0, index: 0 }),
    async *pictures() {
      yield blob;
    },
    close: () => URL.revokeObjectURL(url),
  };
}
