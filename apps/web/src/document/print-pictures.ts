/** Prints pages that the viewer drew as pictures: the page of the app prints them, because the viewer may open no dialog. */

import { makeWatermark } from '../viewer/watermark.ts';

/** Puts the pictures into a layer that only paper shows, a watermark over each, prints, and takes them away again. */
export async function printPictures(pictures: readonly Blob[], watermark: string | undefined): Promise<void> {
  const layer = document.createElement('div');
  layer.className = 'print-pictures';
  const urls = pictures.map((picture) => URL.createObjectURL(picture));
  const images = urls.map((url) => {
    const image = document.createElement('img');
    image.src = url;
    image.alt = '';
    const page = document.createElement('div');
    page.className = 'print-page';
    page.append(image);
    if (watermark !== undefined) page.append(makeWatermark(watermark, 'print-watermark'));
    layer.append(page);
    return image;
  });
  document.body.append(layer);
  document.documentElement.dataset['printing'] = 'pictures';
  try {
    await Promise.all(images.map(async (image) => await image.decode()));
    window.print();
  } finally {
    delete document.documentElement.dataset['printing'];
    layer.remove();
    for (const url of urls) URL.revokeObjectURL(url);
  }
}
