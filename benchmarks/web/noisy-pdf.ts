/** A PDF of a wanted size: pages of uncompressible grey noise, as scans are. */
import { randomBytes } from 'node:crypto';

/** Pages of 512 by 512 grey samples, 256 KiB each. */
export function makeNoisyPdf(pageCount: number): Buffer {
  const parts: Buffer[] = [Buffer.from('%PDF-1.4\n')];
  const offsets: number[] = [];
  let length = parts[0]?.length ?? 0;
  const push = (bytes: Buffer): void => {
    parts.push(bytes);
    length += bytes.length;
  };
  const object = (number: number, head: string, stream?: Buffer): void => {
    offsets[number] = length;
    push(Buffer.from(`${number} 0 obj\n${head}\n`));
    if (stream !== undefined) {
      push(Buffer.from('stream\n'));
      push(stream);
      push(Buffer.from('\nendstream\n'));
    }
    push(Buffer.from('endobj\n'));
  };
  const pages = Array.from({ length: pageCount }, (_, page) => 3 + page * 3);
  object(1, '<</Type/Catalog/Pages 2 0 R>>');
  object(2, `<</Type/Pages/Kids[${pages.map((page) => `${page} 0 R`).join(' ')}]/Count ${pageCount}>>`);
  for (const page of pages) {
    object(
      page,
      `<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents ${page + 1} 0 R/Resources<</XObject<</I ${page + 2} 0 R>>>>>>`,
    );
    const draw = Buffer.from('q 500 0 0 500 47 171 cm /I Do Q');
    object(page + 1, `<</Length ${draw.length}>>`, draw);
    const samples = randomBytes(512 * 512);
    object(
      page + 2,
      `<</Type/XObject/Subtype/Image/Width 512/Height 512/ColorSpace/DeviceGray/BitsPerComponent 8/Length ${samples.length}>>`,
      samples,
    );
  }
  const start = length;
  const entries = offsets.slice(1).map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`);
  push(
    Buffer.from(
      `xref\n0 ${offsets.length}\n0000000000 65535 f \n${entries.join('')}trailer<</Size ${offsets.length}/Root 1 0 R>>\nstartxref\n${start}\n%%EOF\n`,
    ),
  );
  return Buffer.concat(parts);
}
