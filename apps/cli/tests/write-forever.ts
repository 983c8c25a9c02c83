/** A child of file-storage.test.ts: replaces one key again and again until it is killed. */
import { openFileStorage } from '../src/home/file-storage.ts';

const folder = process.argv[2] ?? '';
let token = 0;
const storage = openFileStorage({ folder, newToken: () => `${process.pid}-${token++}` });
for (let round = 0; ; round++) {
  await storage.write('key', new Uint8Array(64 * 1024).fill(round % 256));
  if (round === 0) process.stdout.write('started\n');
}
