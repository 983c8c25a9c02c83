/** Width and height of a picture as its header says, without decoding it. */

/** Pixels. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** Undefined where the bytes are no PNG, JPEG, GIF, WebP or BMP, or are cut off. */
export function readPictureSize(bytes: Uint8Array): PictureSize | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    if (startsWith(bytes, [0x89, 0x50, 0x4e, 0x47]))
      return { width: view.getUint32(16), height: view.getUint32(20) };
    if (startsWith(bytes, [0x47, 0x49, 0x46, 0x38]))
      return { width: view.getUint16(6, true), height: view.getUint16(8, true) };
    if (startsWith(bytes, [0x42, 0x4d]))
      return { width: Math.abs(view.getInt32(18, true)), height: Math.abs(view.getInt32(22, true)) };
    if (startsWith(bytes, [0xff, 0xd8])) return readJpegSize(view);
    if (startsWith(bytes, [0x52, 0x49, 0x46, 0x46]) && readText(bytes, 8, 4) === 'WEBP')
      return readWebpSize(bytes, view);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
  }
  return undefined;
}

function readJpegSize(view: DataView): PictureSize | undefined {
  let offset = 2;
  while (offset + 9 < view.byteLength) {
    if (view.getUint8(offset) !== 0xff) return undefined;
    const marker = view.getUint8(offset + 1);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) return { height: view.getUint16(offset + 5), width: view.getUint16(offset + 7) };
    offset += marker === 0xff ? 1 : 2 + view.getUint16(offset + 2);
  }
  return undefined;
}

function readWebpSize(bytes: Uint8Array, view: DataView): PictureSize | undefined {
  switch (readText(bytes, 12, 4)) {
    case 'VP8 ':
      return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
    case 'VP8L': {
      const bits = view.getUint32(21, true);
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    case 'VP8X':
      return { width: readUint24(view, 24) + 1, height: readUint24(view, 27) + 1 };
    default:
      return undefined;
  }
}

function readUint24(view: DataView, offset: number): number {
  return view.getUint16(offset, true) | (view.getUint8(offset + 2) << 16);
}

function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, place) => bytes[place] === byte);
}

function readText(bytes: Uint8Array, offset: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(offset, offset + length));
}
