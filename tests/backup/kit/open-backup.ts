/** Opens a backup from the words of docs/spec/backup.md alone, apart from apps/backup: the second reading of the format. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createFloeOpener, encodeCbor, encodeUtf8, openPaperBox, parseKit } from '@strongroom/core';
import type { FirmId } from '@strongroom/core';
import { createNodeEngine } from '@strongroom/core/node';

const engine = createNodeEngine();

/** Every listed file but head and bodies, opened: plaintext by path. */
export async function openBackup(
  target: string,
  id: string,
  kitText: string,
): Promise<{ readonly plain: ReadonlyMap<string, Buffer>; readonly listed: readonly string[] }> {
  const folder = join(target, 'backups', id);
  const head = JSON.parse(readFileSync(join(folder, 'head.json'), 'utf8')) as {
    firm: FirmId;
    paperBox: string;
  };
  const box = new Uint8Array(Buffer.from(head.paperBox, 'base64'));
  const recovery = await openPaperBox(engine, { kit: parseKit(engine, kitText), firm: head.firm, box });
  const listed = readFileSync(join(folder, 'SHA256SUMS'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.slice(66));
  const plain = new Map<string, Buffer>();
  for (const path of listed.filter((name) => !name.endsWith('head.json'))) {
    const bytes = new Uint8Array(readFileSync(join(target, path)));
    const aad = encodeCbor([head.firm, 1, path]);
    const [start, end] = [
      encodeUtf8('strongroom/backup/v1\n').length,
      encodeUtf8('strongroom/backup/v1\n').length + 1168,
    ];
    const sealed = bytes.slice(start, end);
    const info = encodeUtf8('sr1/backup/v1');
    const fileKey = await engine.hpkeOpen({ seed: recovery, info, aad, sealed });
    const opener = createFloeOpener(engine, {
      fileKey,
      aad: engine.sha256(aad),
      header: bytes.slice(end, end + 74),
    });
    const parts: Uint8Array[] = [];
    for (let at = end + 74, index = 0; at < bytes.length; at += 262_144, index += 1) {
      const isLast = at + 262_144 >= bytes.length;
      parts.push(await opener.openSegment({ index, segment: bytes.slice(at, at + 262_144), isLast }));
    }
    plain.set(path, Buffer.concat(parts));
  }
  return { plain, listed };
}
