import { expect, test } from 'vitest';
import { createNodeEngine } from '../node/index.ts';
import { formatId } from '../ids/index.ts';
import { openBackupKey, openPaperBox, sealBackupKey, sealPaperBox } from './backup-boxes.ts';
import { newKit } from './kit.ts';

const engine = createNodeEngine();
const firm = formatId('frm', new Uint8Array(16).fill(1));
const other = formatId('frm', new Uint8Array(16).fill(2));
const refused = { code: 'DECRYPT_FAILED' };

test('the printed kit opens the recovery key of its own firm; half a kit, or another, opens nothing', async () => {
  const [kit, stranger, seed] = [newKit(engine), newKit(engine), engine.randomBytes(32)];
  const box = await sealPaperBox(engine, { kit, firm, seed });
  expect(await openPaperBox(engine, { kit, firm, box })).toEqual(seed);
  await expect(openPaperBox(engine, { kit, firm: other, box })).rejects.toMatchObject(refused);
  for (const wrong of [
    stranger,
    { ...kit, kitCode: stranger.kitCode },
    { ...kit, kitSecret: stranger.kitSecret },
  ])
    // oxlint-disable-next-line no-await-in-loop -- one kit after the other
    await expect(openPaperBox(engine, { kit: wrong, firm, box })).rejects.toMatchObject(refused);
});

test('the key of a file in a backup opens with the recovery key, at its own place only', async () => {
  const [recoverySeed, fileKey] = [engine.randomBytes(32), engine.randomBytes(32)];
  const recovery = await engine.hpkePublicKey(recoverySeed);
  const place = { firm, path: 'blobs/a/b' };
  const box = await sealBackupKey(engine, { recovery, place, fileKey });
  expect(await openBackupKey(engine, { recoverySeed, place, box })).toEqual(fileKey);
  for (const wrong of [
    { recoverySeed, place: { firm: other, path: 'blobs/a/b' } },
    { recoverySeed, place: { firm, path: 'blobs/a/c' } },
    { recoverySeed: engine.randomBytes(32), place },
  ])
    // oxlint-disable-next-line no-await-in-loop -- one place after the other
    await expect(openBackupKey(engine, { ...wrong, box })).rejects.toMatchObject(refused);
});
