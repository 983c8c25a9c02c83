/**
 * What a thief of the disk finds: the warden's home on an ext4 file system of its own, in an image whose every byte is searched after
 * 100 of 1,000,000 slots were destroyed. Nothing that could open one of them may be there: no key of them, no seed above them, no
 * state key and no page key from before, and not one sealed file from before.
 */
import { execFileSync } from 'node:child_process';
import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeCbor, encodeHex, newId, officeId } from '@strongroom/core';
import type { CborMap } from '@strongroom/core';
import { afterAll, expect, test } from 'vitest';
import { decodePageTable } from '../src/state/page-table.ts';
import { WardenState } from '../src/state/warden-state.ts';
import { engine } from './kit/firm.ts';
import { createUnservedContext } from '../src/unserved-context.ts';

const slotCount = 1_000_000;
const destroyedCount = 100;
const commitCount = 5;
const imageBytes = 16 * 2 ** 20;

const directory = mkdtempSync(join(tmpdir(), 'strongroom-image-'));
const image = join(directory, 'disk.img');
const disk = join(directory, 'disk');
let isMounted = false;
const noDisk = mountDisk();
afterAll(() => {
  if (isMounted) unmountDisk();
  rmSync(directory, { recursive: true });
});

/** Why this machine does not mount an image, if so. */
function mountDisk(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    return 'needs root on Linux for a loop device';
  try {
    writeFileSync(image, '');
    truncateSync(image, imageBytes);
    mkdirSync(disk);
    execFileSync('mkfs.ext4', ['-q', image], { stdio: 'pipe' });
    attachDisk();
    return undefined;
  } catch {
    return 'no loop device or no mkfs.ext4 on this machine';
  }
}

function attachDisk(): void {
  execFileSync('mount', ['-o', 'loop', image, disk], { stdio: 'pipe' });
  isMounted = true;
}

function unmountDisk(): void {
  execFileSync('umount', [disk], { stdio: 'pipe' });
  isMounted = false;
}

const placesOf = (home: string): { readonly stateFolder: string; readonly keyPath: string } => ({
  stateFolder: join(home, 'state'),
  keyPath: join(home, 'state-key'),
});

function openState(home: string): Promise<WardenState> {
  const { stateFolder, keyPath } = placesOf(home);
  mkdirSync(stateFolder, { recursive: true });
  return WardenState.open(createUnservedContext(engine, home), stateFolder, keyPath);
}

/** Everything secret that the disk holds now, opened as a thief with the whole disk would, by what it is. */
function readSecrets(home: string): Map<string, string> {
  const { stateFolder, keyPath } = placesOf(home);
  const found = new Map<string, string>();
  const note = (what: string, bytes: Uint8Array): void => void found.set(encodeHex(bytes), what);
  const sectors = new Uint8Array(readFileSync(keyPath));
  const files = new Map(
    readdirSync(stateFolder).map((name) => [name, new Uint8Array(readFileSync(join(stateFolder, name)))]),
  );
  for (const [name, bytes] of files) note(`sealed ${name.split('-')[0]}`, bytes.subarray(0, 64));
  for (const at of [0, 4096]) {
    if (Buffer.from(sectors.subarray(at, at + 4)).toString() !== 'SRK1') continue;
    const stateKey = sectors.subarray(at + 12, at + 44);
    note('state key', stateKey);
    const rootName = `root-${new DataView(sectors.buffer, at + 4, 8).getBigUint64(0)}`;
    const sealedRoot = files.get(rootName);
    if (sealedRoot === undefined) continue;
    const root = decodeCbor(openSealed(stateKey, rootName, sealedRoot)) as CborMap;
    for (const { name, key: pageKey } of Object.values(root['vaults'] as CborMap).flatMap((table) =>
      decodePageTable(table),
    )) {
      note('page key', pageKey);
      const page = openSealed(pageKey, name, files.get(name));
      // docs/spec/bytes.md section 8: 14 bytes in front, then depth (1), first slot (6), seed (32).
      for (let seedAt = 14 + 7; seedAt < page.length; seedAt += 39)
        note('seed', page.subarray(seedAt, seedAt + 32));
    }
  }
  return found;
}

function openSealed(key: Uint8Array, name: string, sealed: Uint8Array | undefined): Uint8Array {
  if (sealed === undefined) throw new Error(`${name} is missing`);
  return engine.openAesGcmSync({
    key,
    nonce: sealed.subarray(0, 12),
    aad: new TextEncoder().encode(`sr1/warden/${name}`),
    ciphertext: sealed.subarray(12),
  });
}

/** Of these secrets, what lies anywhere on the image in the clear; one pass over every byte, whatever the number of secrets. */
function searchImage(secrets: ReadonlyMap<string, string>): string[] {
  const raw = readFileSync(image);
  const isBeginning = new Uint8Array(2 ** 24);
  for (const secret of secrets.keys()) isBeginning[Number.parseInt(secret.slice(0, 6), 16)] = 1;
  const byBeginning = Map.groupBy(secrets.keys(), (secret) => secret.slice(0, 16));
  const found = new Set<string>();
  for (let at = 0; at + 8 <= raw.length; at++) {
    const beginning = ((raw[at] as number) << 16) | ((raw[at + 1] as number) << 8) | (raw[at + 2] as number);
    if (isBeginning[beginning] === 0) continue;
    for (const secret of byBeginning.get(raw.toString('hex', at, at + 8)) ?? [])
      if (raw.toString('hex', at, at + secret.length / 2) === secret) found.add(secret);
  }
  return [...found].map((secret) => secrets.get(secret) ?? '');
}

test(`J7: after the destruction of ${destroyedCount} of ${slotCount.toLocaleString('en')} slots neither files nor image hold what opened them${noDisk === undefined ? '' : ` [skipped: ${noDisk}]`}`, async ({
  skip,
}) => {
  if (noDisk !== undefined) skip(noDisk);
  let state = await openState(disk);
  await state.prepareLedger(officeId, newId(engine, 'frm'));
  const step = slotCount / destroyedCount;
  const doomed = Array.from(
    { length: destroyedCount },
    (_, place) => place * step + ((place * 7_919) % step),
  );
  const kept = doomed.map((slot) => slot + 1);
  const before = new Map<string, string>();
  for (const slot of doomed) before.set(encodeHex(state.leafKey(officeId, slot)), 'key of a destroyed slot');
  const keptKeys = kept.map((slot) => encodeHex(state.leafKey(officeId, slot)));

  // The search finds what is there: an image of the living state holds its state key and its sealed files.
  const first = readSecrets(disk);
  await state.close();
  unmountDisk();
  expect(new Set(searchImage(first))).toEqual(new Set(['state key', 'sealed root', 'sealed page']));
  attachDisk();

  state = await openState(disk);
  for (let commit = 0; commit < commitCount; commit++) {
    for (const [secret, what] of readSecrets(disk)) before.set(secret, what);
    const share = doomed.filter((_, place) => place % commitCount === commit);
    await state.puncture(
      officeId,
      share.map((slot) => ({ first: slot, last: slot })),
      `destroy ${commit}`,
    );
  }
  const after = readSecrets(disk);
  await state.close();
  unmountDisk();

  const gone = new Map([...before].filter(([secret]) => !after.has(secret)));
  const counts = Map.groupBy(gone.values(), (what) => what);
  expect([...counts.keys()].toSorted()).toEqual([
    'key of a destroyed slot',
    'page key',
    'sealed page',
    'sealed root',
    'seed',
    'state key',
  ]);
  expect(counts.get('key of a destroyed slot')).toHaveLength(destroyedCount);
  expect(counts.get('state key')).toHaveLength(commitCount);
  expect(searchImage(gone)).toEqual([]);
  expect(searchImage(after)).toContain('state key');

  attachDisk();
  state = await openState(disk);
  for (const slot of doomed) expect(() => state.leafKey(officeId, slot)).toThrow(/SLOT_PUNCTURED/);
  expect(kept.map((slot) => encodeHex(state.leafKey(officeId, slot)))).toEqual(keptKeys);
  await state.close();
}, 180_000);

test('J7: whoever kept another name of the warden’s files has files that nothing opens', async () => {
  const home = join(directory, 'home');
  const names = join(directory, 'names');
  mkdirSync(home);
  mkdirSync(names);
  const state = await openState(home);
  await state.prepareLedger(officeId, newId(engine, 'frm'));
  const before = readSecrets(home);
  const { stateFolder, keyPath } = placesOf(home);
  for (const name of readdirSync(stateFolder)) linkSync(join(stateFolder, name), join(names, name));
  linkSync(keyPath, join(names, 'state-key'));
  const held = (): Buffer => Buffer.concat(readdirSync(names).map((name) => readFileSync(join(names, name))));
  const isHeld = ([secret]: readonly [string, string]): boolean =>
    held().includes(Buffer.from(secret, 'hex'));
  const sealedOrKey = [...before].filter(([, what]) => what === 'state key' || what.startsWith('sealed'));
  expect(sealedOrKey.length).toBeGreaterThan(2);
  expect(sealedOrKey.filter(isHeld)).toEqual(sealedOrKey);
  await state.puncture(officeId, [{ first: 17, last: 17 }], 'destroy');
  expect(() => state.leafKey(officeId, 17)).toThrow(/SLOT_PUNCTURED/);
  expect(sealedOrKey.filter(isHeld)).toEqual([]);
  await state.close();
});
