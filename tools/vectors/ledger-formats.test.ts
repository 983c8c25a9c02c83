import { expect, it } from 'vitest';
import notes from '../../tests/vectors/ledger/notes.json' with { type: 'json' };
import tree from '../../tests/vectors/ledger/tree.json' with { type: 'json' };
import type { VectorFile, VectorFormat, VectorResult } from './format.ts';
import { merkleProofFormat } from './merkle-proofs.ts';
import { signedNoteFormat } from './signed-notes.ts';
import { tiledLogFormat } from './tiled-logs.ts';

const base64 = (hex: string | undefined): string => Buffer.from(hex ?? '', 'hex').toString('base64');

function createFile(path: string, content: unknown): VectorFile {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  return { path, bytes: new TextEncoder().encode(text) };
}

function run(format: VectorFormat, ...files: readonly [VectorFile, ...VectorFile[]]): Promise<VectorResult | undefined> {
  for (const file of files) expect(format.recognise(file)).toBe(true);
  return format.run(files[0], new Map(files.map((file) => [file.path, file])));
}

const inclusion = {
  leafIdx: 5,
  treeSize: 8,
  root: base64(tree.roots[8]),
  leafHash: base64(tree.leafHashes[5]),
  proof: tree.inclusion.find(({ index, size }) => index === 5 && size === 8)?.proof.map(base64),
  wantErr: false,
};
const consistency = {
  size1: 6,
  size2: 8,
  root1: base64(tree.roots[6]),
  root2: base64(tree.roots[8]),
  proof: tree.consistency.find(({ sizeOld, sizeNew }) => sizeOld === 6 && sizeNew === 8)?.proof.map(base64),
  wantErr: false,
};

it('passes proofs that behave as they say, and fails the others', async () => {
  for (const good of [inclusion, consistency]) {
    expect(await run(merkleProofFormat, createFile('a.json', good))).toMatchObject({ passed: 1, failures: [] });
    const wrong = { ...good, wantErr: true };
    expect(await run(merkleProofFormat, createFile('a.json', wrong))).toMatchObject({ passed: 0, failures: ['accepted a bad proof'] });
    const bad = { ...good, proof: null };
    expect(await run(merkleProofFormat, createFile('a.json', bad))).toMatchObject({ passed: 0, failures: ['refused a good proof'] });
    expect(await run(merkleProofFormat, createFile('a.json', { ...bad, wantErr: true }))).toMatchObject({ passed: 1, failures: [] });
  }
});

it('checks a whole log by its tiles, from the entries up', async () => {
  const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));
  const checkpoint = createFile('log/checkpoint.13', notes.checkpoint);
  const others = [
    createFile('log.vkey', notes.log.vkey),
    { path: 'log/tile/entries/000.p/13', bytes: bytes(tree.bundle) },
    { path: 'log/tile/0/000.p/13', bytes: bytes(tree.leafHashes.slice(0, 13).join('')) },
    createFile('log/.state/treeState', '{}'),
  ] as const;
  for (const file of others.slice(1)) {
    expect(tiledLogFormat.recognise(file)).toBe(true);
    expect(await tiledLogFormat.run(file, new Map())).toBeUndefined();
  }
  const check = async (...files: readonly VectorFile[]): Promise<VectorResult | undefined> =>
    await tiledLogFormat.run(checkpoint, new Map(files.map((file) => [file.path, file])));
  expect(await check(...others)).toEqual({ passed: 1, skipped: 0, failures: [] });
  for (const missing of [0, 1, 2]) expect(await check(...others.toSpliced(missing, 1))).toMatchObject({ passed: 0 });
  const tampered = { ...others[2], bytes: others[2].bytes.map((byte, place) => (place === 40 ? byte ^ 1 : byte)) };
  expect((await check(...others.toSpliced(2, 1, tampered)))?.failures[0]).toContain('tile-differs');
});

it('checks notes with the keys beside them', async () => {
  const note = createFile('checkpoint', notes.checkpoint + notes.cosignature);
  const keys = [createFile('log.vkey', `${notes.log.vkey}\n`), createFile('witness.vkey', notes.witness.vkey)] as const;
  expect(await run(signedNoteFormat, note, ...keys)).toMatchObject({ passed: 1, failures: [] });
  expect(await run(signedNoteFormat, note)).toMatchObject({ passed: 0, failures: ['SIGNATURE_INVALID'] });
  const tampered = createFile('checkpoint', notes.checkpoint.replace('13', '14'));
  expect(await run(signedNoteFormat, tampered, ...keys)).toMatchObject({ passed: 0, failures: ['SIGNATURE_INVALID'] });
  expect(await run(signedNoteFormat, keys[0])).toBeUndefined();
});

it('leaves other files to other formats', () => {
  for (const file of [createFile('a.json', tree), createFile('a.json', []), createFile('a.txt', 'text\n')]) {
    expect(merkleProofFormat.recognise(file) || signedNoteFormat.recognise(file)).toBe(false);
  }
});
