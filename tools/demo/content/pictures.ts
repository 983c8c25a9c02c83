/** Pictures that look like what an office photographs: a page with lines, a signature, a stamp, a little noise. */
import { crc32, deflateSync } from 'node:zlib';
import type { SeededRandom } from '../seeded-random.ts';

/** A picture in grey, one byte a point. */
export interface GreyPicture {
  readonly width: number;
  readonly height: number;
  readonly grey: Uint8Array;
}

/** Draws a scanned page. `noise` from 0 to 60 decides how badly it compresses, and so the size of the file. */
export function drawScan(
  random: SeededRandom,
  size: { readonly width: number; readonly height: number; readonly noise: number },
): GreyPicture {
  const { width, height, noise } = size;
  const grey = new Uint8Array(width * height).fill(244);
  const margin = Math.round(width / 10);
  const fill = (left: number, top: number, right: number, bottom: number, value: number): void => {
    for (let y = Math.max(0, top); y < Math.min(height, bottom); y++)
      grey.fill(value, y * width + Math.max(0, left), y * width + Math.min(width, right));
  };
  const lineHeight = Math.max(6, Math.round(height / 48));
  fill(margin, margin, Math.round(width * 0.6), margin + lineHeight, 40);
  for (let top = margin + lineHeight * 3; top < height * 0.72; top += lineHeight * 2) {
    let left = margin;
    while (left < width - margin * 1.4) {
      const word = Math.round((width / 90) * (2 + random.below(6)));
      fill(left, top, Math.min(left + word, width - margin), top + Math.round(lineHeight * 0.55), 92);
      left += word + Math.round(width / 60);
    }
  }
  drawSignature(grey, width, height, random);
  drawStamp(grey, width, height);
  if (noise > 0)
    for (let at = 0; at < grey.length; at++)
      grey[at] = Math.max(0, Math.min(255, (grey[at] ?? 0) + random.below(noise) - noise / 2));
  return { width, height, grey };
}

function drawSignature(grey: Uint8Array, width: number, height: number, random: SeededRandom): void {
  const left = Math.round(width * 0.12);
  const middle = Math.round(height * 0.82);
  const swing = height * (0.015 + random.below(10) / 600);
  for (let step = 0; step < width * 0.3; step++) {
    const y = Math.round(middle + Math.sin(step / (width / 60)) * swing - step / 12);
    for (let thick = 0; thick < 3; thick++) {
      const at = (y + thick) * width + left + step;
      if (at >= 0 && at < grey.length) grey[at] = 30;
    }
  }
}

function drawStamp(grey: Uint8Array, width: number, height: number): void {
  const radius = width * 0.1;
  const centreX = width * 0.74;
  const centreY = height * 0.83;
  for (let y = Math.floor(centreY - radius); y < centreY + radius; y++) {
    for (let x = Math.floor(centreX - radius); x < centreX + radius; x++) {
      const distance = Math.hypot(x - centreX, y - centreY);
      const isRing = distance < radius && (distance > radius * 0.9 || Math.abs(distance - radius * 0.6) < 2);
      if (isRing && y >= 0 && y < height) grey[y * width + x] = 120;
    }
  }
}

/** Writes a PNG in grey. */
export function writePng({ width, height, grey }: GreyPicture): Uint8Array {
  const rows = Buffer.alloc(height * (1 + width));
  for (let y = 0; y < height; y++) rows.set(grey.subarray(y * width, (y + 1) * width), y * (1 + width) + 1);
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 0, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    formatChunk('IHDR', head),
    formatChunk('IDAT', deflateSync(rows, { level: 3 })),
    formatChunk('IEND', Buffer.alloc(0)),
  ]);
}

function formatChunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const chunk = Buffer.alloc(body.length + 8);
  chunk.writeUInt32BE(data.length, 0);
  chunk.set(body, 4);
  chunk.writeUInt32BE(crc32(body), body.length + 4);
  return chunk;
}
