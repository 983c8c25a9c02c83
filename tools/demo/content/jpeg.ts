/** Baseline JPEG in grey (ITU-T T.81), with the tables of its annex K: enough for a photograph of a page. */
import type { GreyPicture } from './pictures.ts';

/** Order in which the 64 coefficients of a block are written. */
const zigzag = [
  0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7,
  14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46,
  53, 60, 61, 54, 47, 55, 62, 63,
];
/** Table K.1, for half the loss that it was made for. */
const quantisation = [
  16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22,
  29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103,
  121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
].map((value) => Math.ceil(value / 2));
/** Tables K.3 and K.5: how many codes of each length, and what they mean. */
const dcCounts = [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0];
const dcValues = Array.from({ length: 12 }, (_, value) => value);
const acCounts = [0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 0x7d];
const acValues = [
  ...Buffer.from(
    '01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a25262728292a' +
      '3435363738393a434445464748494a535455565758595a636465666768696a737475767778797a838485868788898a929394' +
      '95969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8' +
      'e9eaf1f2f3f4f5f6f7f8f9fa',
    'hex',
  ),
];
const blockSize = 8;
const longRun = 0xf0;
const endOfBlock = 0;

type Codes = ReadonlyMap<number, { readonly code: number; readonly length: number }>;
const dcCodes = makeCodes(dcCounts, dcValues);
const acCodes = makeCodes(acCounts, acValues);
const cosines = Float64Array.from({ length: 64 }, (_, index) => {
  const frequency = Math.floor(index / blockSize);
  const scale = frequency === 0 ? Math.SQRT1_2 : 1;
  return (scale / 2) * Math.cos(((2 * (index % blockSize) + 1) * frequency * Math.PI) / 16);
});

/** Writes a picture. */
export function writeJpeg(picture: GreyPicture): Uint8Array {
  const { width, height } = picture;
  const frame = [8, height >> 8, height & 255, width >> 8, width & 255, 1, 1, 0x11, 0];
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    formatSegment(0xe0, [...Buffer.from('JFIF\0'), 1, 1, 0, 0, 1, 0, 1, 0, 0]),
    formatSegment(0xdb, [0, ...zigzag.map((place) => quantisation[place] ?? 1)]),
    formatSegment(0xc0, frame),
    formatSegment(0xc4, [0, ...dcCounts, ...dcValues]),
    formatSegment(0xc4, [0x10, ...acCounts, ...acValues]),
    formatSegment(0xda, [1, 1, 0, 0, 63, 0]),
    encodeBlocks(picture),
    Buffer.from([0xff, 0xd9]),
  ]);
}

function encodeBlocks(picture: GreyPicture): Uint8Array {
  const bits = new BitWriter();
  let before = 0;
  for (let top = 0; top < picture.height; top += blockSize) {
    for (let left = 0; left < picture.width; left += blockSize) {
      const coefficients = transform(readBlock(picture, left, top));
      const dc = coefficients[0] ?? 0;
      writeValue(bits, dcCodes, 0, dc - before);
      before = dc;
      let zeros = 0;
      for (let index = 1; index < 64; index++) {
        const value = coefficients[zigzag[index] ?? 0] ?? 0;
        if (value === 0) {
          zeros += 1;
          continue;
        }
        for (; zeros > 15; zeros -= 16) writeCode(bits, acCodes, longRun);
        writeValue(bits, acCodes, zeros, value);
        zeros = 0;
      }
      if (zeros > 0) writeCode(bits, acCodes, endOfBlock);
    }
  }
  return bits.finish();
}

/** A block round zero; beyond the edge the last point goes on. */
function readBlock({ width, height, grey }: GreyPicture, left: number, top: number): Float64Array {
  const block = new Float64Array(64);
  for (let index = 0; index < 64; index++) {
    const x = Math.min(width - 1, left + (index & 7));
    const y = Math.min(height - 1, top + (index >> 3));
    block[index] = (grey[y * width + x] ?? 0) - 128;
  }
  return block;
}

/** Cosine transform, rows and then columns, and quantisation. */
function transform(block: Float64Array): Float64Array {
  const coefficients = transformLines(transformLines(block, 8, 1), 1, 8);
  for (let index = 0; index < 64; index++)
    coefficients[index] = Math.round((coefficients[index] ?? 0) / (quantisation[index] ?? 1));
  return coefficients;
}

/** The transform of each of eight lines that begin `lineStep` apart, of points that lie `step` apart. */
function transformLines(from: Float64Array, lineStep: number, step: number): Float64Array {
  const to = new Float64Array(64);
  for (let line = 0; line < 8; line++) {
    for (let frequency = 0; frequency < 8; frequency++) {
      let sum = 0;
      for (let place = 0; place < 8; place++)
        sum += (from[line * lineStep + place * step] ?? 0) * (cosines[frequency * 8 + place] ?? 0);
      to[line * lineStep + frequency * step] = sum;
    }
  }
  return to;
}

/** A run of zeros, the size of a value, and the value: the negative ones as their complement. */
function writeValue(bits: BitWriter, codes: Codes, zeros: number, value: number): void {
  const size = value === 0 ? 0 : 32 - Math.clz32(Math.abs(value));
  writeCode(bits, codes, (zeros << 4) | size);
  bits.write(value < 0 ? value + (1 << size) - 1 : value, size);
}

function writeCode(bits: BitWriter, codes: Codes, value: number): void {
  const found = codes.get(value);
  if (found === undefined) throw new RangeError(`no code for ${value}`);
  bits.write(found.code, found.length);
}

function makeCodes(counts: readonly number[], values: readonly number[]): Codes {
  const codes = new Map<number, { readonly code: number; readonly length: number }>();
  const rest = [...values];
  let code = 0;
  for (const [index, count] of counts.entries()) {
    for (const value of rest.splice(0, count)) codes.set(value, { code: code++, length: index + 1 });
    code <<= 1;
  }
  return codes;
}

function formatSegment(marker: number, content: readonly number[]): Buffer {
  const length = content.length + 2;
  return Buffer.from([0xff, marker, length >> 8, length & 255, ...content]);
}

/** Bits, the highest first; a byte of ones is followed by a zero byte. */
class BitWriter {
  readonly #bytes: number[] = [];
  #rest = 0;
  #count = 0;

  write(value: number, count: number): void {
    for (let bit = count - 1; bit >= 0; bit--) {
      this.#rest = (this.#rest << 1) | ((value >> bit) & 1);
      this.#count += 1;
      if (this.#count < 8) continue;
      this.#bytes.push(this.#rest);
      if (this.#rest === 0xff) this.#bytes.push(0);
      this.#rest = 0;
      this.#count = 0;
    }
  }

  finish(): Uint8Array {
    while (this.#count > 0) this.write(1, 1);
    return Uint8Array.from(this.#bytes);
  }
}
