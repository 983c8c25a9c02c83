/** Prints pages that the viewer drew as pictures: the page of the app prints them, because the viewer may open no dialog. */

/** Puts the pictures into a layer that only paper shows, prints, and takes them away again. */
export async function printPictures(pictures: readonly Blob[]): Promise<void> {
  const layer = document.createElement('div');
  layer.className = 'print-pictures';
  const urls = pictures.map((picture) => URL.createObjectURL(picture));
  const images = urls.map((url) => {
    const image = document.createElement('img');
    image.src = url;
    image.alt = '';
    layer.append(image);
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
