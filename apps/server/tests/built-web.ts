/** Makes a folder as tools/build-web.ts leaves it, out of a few texts. */
import { createHash } from 'node:crypto';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { formatBundleList } from '@strongroom/protocol';

/** Replaces `folder` whole, as the build does. Files of more than 100 characters get compressed twins. */
export function writeBuiltWeb(
  folder: string,
  files: Readonly<Record<string, string | Uint8Array>>,
  number = 1,
): string {
  const aside = `${folder}.new`;
  const listed = Object.entries(files).map(([path, content]) => {
    const bytes = Buffer.from(content);
    mkdirSync(dirname(join(aside, path)), { recursive: true });
    writeFileSync(join(aside, path), bytes);
    if (bytes.length > 100) {
      writeFileSync(join(aside, `${path}.br`), brotliCompressSync(bytes));
      writeFileSync(join(aside, `${path}.gz`), gzipSync(bytes));
    }
    return { path, sha256: createHash('sha256').update(bytes).digest('hex'), sizeBytes: bytes.length };
  });
  const hash = createHash('sha256').update(formatBundleList(listed)).digest('hex');
  writeFileSync(join(aside, 'bundle.json'), JSON.stringify({ number, hash, files: listed }));
  writeFileSync(join(aside, '.stamp'), 'stamp');
  rmSync(folder, { recursive: true, force: true });
  renameSync(aside, folder);
  return hash;
}
