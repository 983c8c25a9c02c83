/**
 * Our ledger against Go's golang.org/x/mod/sumdb (Debian: golang-go and golang-golang-x-mod-dev), which shares no code with it:
 * what we make, Go accepts; what Go makes, we accept; what was tampered with, both refuse.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNodeEngine } from '@strongroom/core/node';
import {
  appendLeaves,
  createNoteKey,
  createNoteSigner,
  formatNoteKey,
  formatTilePath,
  leafHash,
  listTiles,
  makeConsistencyProof,
  makeInclusionProof,
  noteSignatureTypes,
  parseNoteKey,
  readTilesFrom,
  RightEdge,
  signCheckpoint,
  TileNodes,
  verifyCheckpoint,
  verifyConsistency,
  verifyInclusion,
  verifyNote,
} from '@strongroom/ledger';
import type { NoteSigner, TileCoordinates } from '@strongroom/ledger';

const goPath = '/usr/share/gocode';
const program = resolve(import.meta.dirname, 'cross-check.go');

function findReason(): string | undefined {
  if (spawnSync('go', ['version']).status !== 0) return 'go is not installed';
  if (!existsSync(join(goPath, 'src/golang.org/x/mod/sumdb/tlog')))
    return 'golang-golang-x-mod-dev is not installed';
  return undefined;
}

const reason = findReason();
const title = `the Go implementation${reason === undefined ? '' : ` [skipped: ${reason}]`}`;
const engine = createNodeEngine();

/** As `testCase` in cross-check.go; byte strings are base64 there. */
type GoCase = Readonly<Record<string, unknown>> & { readonly Kind: string };

const encode = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const decode = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'));

const size = 600;
const entries = Array.from({ length: size }, (_, index) =>
  new TextEncoder().encode(`entry ${index}`.repeat(index % 3)),
);

function createLedger(count: number): { root: Uint8Array; tiles: Map<string, Uint8Array>; nodes: TileNodes } {
  const tiles = new Map<string, Uint8Array>();
  const edge = RightEdge.create(engine);
  const store = {
    readTile: (level: number, index: number): Uint8Array | undefined => tiles.get(`${level}/${index}`),
    writeTile(level: number, index: number, bytes: Uint8Array): void {
      tiles.set(`${level}/${index}`, bytes);
    },
  };
  appendLeaves(
    store,
    edge,
    entries.slice(0, count).map((entry) => leafHash(engine, entry)),
  );
  return { root: edge.root(), tiles, nodes: new TileNodes(engine, readTilesFrom(store)) };
}

async function createSigner(name: string, seedByte: number): Promise<NoteSigner> {
  const seed = new Uint8Array(32).fill(seedByte);
  const publicKey = await engine.ed25519PublicKey(seed);
  return createNoteSigner(
    engine,
    createNoteKey(engine, { name, type: noteSignatureTypes.ed25519, publicKey }),
    seed,
  );
}

function flip(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte, place) => (place === 7 ? byte ^ 0x10 : byte));
}

const rootOf = (count: number): Uint8Array => createLedger(count).root;
const sizes = [1, 2, 3, 7, 8, 255, 256, 257, 511, 512, 513, 600];

describe.skipIf(reason !== undefined)(title, () => {
  let folder: string;
  let binary: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'strongroom-go-'));
    binary = join(folder, 'cross-check');
    const env = {
      ...process.env,
      GO111MODULE: 'off',
      GOPATH: goPath,
      GOFLAGS: '',
      GOCACHE: join(folder, 'cache'),
    };
    execFileSync('go', ['build', '-o', binary, program], { env });
  }, 300_000);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Go's verdict on each case. */
  function check(cases: readonly GoCase[]): string[] {
    const output = execFileSync(binary, ['check'], {
      input: JSON.stringify(cases),
      maxBuffer: 2 ** 26,
      encoding: 'utf8',
    });
    return output.trimEnd().split('\n');
  }

  function expectGood(cases: readonly GoCase[]): void {
    expect(cases.length).toBeGreaterThan(0);
    expect(check(cases)).toEqual(cases.map(() => 'ok'));
  }

  function expectBad(cases: readonly GoCase[]): void {
    expect(cases.length).toBeGreaterThan(0);
    for (const verdict of check(cases)) expect(verdict).not.toBe('ok');
  }

  it('has our leaf hashes and roots', () => {
    expectGood([
      ...entries
        .slice(0, 20)
        .map((entry) => ({ Kind: 'leaf', Entries: [encode(entry)], Leaf: encode(leafHash(engine, entry)) })),
      ...sizes.map((count) => ({
        Kind: 'root',
        Entries: entries.slice(0, count).map(encode),
        Root: encode(rootOf(count)),
      })),
    ]);
    expectBad([{ Kind: 'root', Entries: entries.slice(0, 5).map(encode), Root: encode(rootOf(6)) }]);
  });

  it('has our tiles and their paths', () => {
    const { tiles } = createLedger(size);
    const all = entries.map(encode);
    const described = [...listTiles(size)].filter(({ level }) => level !== 'entries');
    expectGood(
      described.map(({ level, index, width }) => ({
        Kind: 'tile',
        Entries: all,
        Level: level,
        Index: index,
        Width: width,
        Proof: [encode(tiles.get(`${level}/${index}`) as Uint8Array)],
      })),
    );
    const paths: TileCoordinates[] = [
      { level: 0, index: 1_234_067, width: 256 },
      { level: 0, index: 0, width: 1 },
      { level: 3, index: 999, width: 255 },
      { level: 1, index: 1000, width: 256 },
    ];
    // Package tlog puts the tile height after `tile/`; tlog-tiles has only one height and leaves it out.
    expectGood(
      paths.map((tile) => ({
        Kind: 'path',
        Level: tile.level,
        Index: tile.index,
        Width: tile.width,
        Path: formatTilePath(tile).replace('tile/', 'tile/8/'),
      })),
    );
  });

  it('accepts our inclusion proofs and refuses tampered ones, as we do', async () => {
    const { nodes } = createLedger(size);
    const good: GoCase[] = [];
    const bad: GoCase[] = [];
    for (const count of sizes) {
      for (let index = 0; index < count; index += 1 + Math.floor(count / 9)) {
        const proof = await makeInclusionProof(nodes, index, count);
        const claim = {
          index,
          size: count,
          root: rootOf(count),
          leafHash: leafHash(engine, entries[index] as Uint8Array),
          proof,
        };
        verifyInclusion(engine, claim);
        good.push(describeInclusion(claim));
        const tampered = [
          { ...claim, root: flip(claim.root) },
          { ...claim, leafHash: flip(claim.leafHash) },
          { ...claim, index: index + 1 },
          { ...claim, proof: [...proof, claim.root] },
          ...proof.map((_, place) => ({
            ...claim,
            proof: proof.map((hash, at) => (at === place ? flip(hash) : hash)),
          })),
          ...(proof.length > 0 ? [{ ...claim, proof: proof.slice(1) }] : []),
        ];
        for (const wrong of tampered) {
          expect(() => verifyInclusion(engine, wrong)).toThrow(
            expect.objectContaining({ code: 'PROOF_INVALID' }),
          );
          bad.push(describeInclusion(wrong));
        }
      }
    }
    expectGood(good);
    expectBad(bad);
  });

  it('accepts our consistency proofs and refuses tampered ones, as we do', async () => {
    const { nodes } = createLedger(size);
    const good: GoCase[] = [];
    const bad: GoCase[] = [];
    for (const sizeNew of sizes) {
      for (const sizeOld of sizes.filter((count) => count < sizeNew)) {
        const proof = await makeConsistencyProof(nodes, sizeOld, sizeNew);
        const claim = { sizeOld, sizeNew, rootOld: rootOf(sizeOld), rootNew: rootOf(sizeNew), proof };
        verifyConsistency(engine, claim);
        good.push(describeConsistency(claim));
        const tampered = [
          { ...claim, rootOld: flip(claim.rootOld) },
          { ...claim, rootNew: flip(claim.rootNew) },
          { ...claim, proof: [...proof, claim.rootNew] },
          { ...claim, proof: proof.slice(1) },
          ...proof.map((_, place) => ({
            ...claim,
            proof: proof.map((hash, at) => (at === place ? flip(hash) : hash)),
          })),
        ];
        for (const wrong of tampered) {
          expect(() => verifyConsistency(engine, wrong)).toThrow(
            expect.objectContaining({ code: 'PROOF_INVALID' }),
          );
          bad.push(describeConsistency(wrong));
        }
      }
    }
    expectGood(good);
    expectBad(bad);
  });

  it('opens our notes and refuses tampered ones, as we do', async () => {
    const signer = await createSigner('office.example/strongroom/vault', 5);
    const stranger = await createSigner('stranger.example', 6);
    const note = await signCheckpoint({ origin: signer.key.name, size, root: rootOf(size) }, signer);
    const text = note.slice(0, note.lastIndexOf('\n\n') + 1);
    const vkey = formatNoteKey(signer.key);
    const describeNote = (signed: string, keys: readonly string[]): GoCase => ({
      Kind: 'note',
      Note: signed,
      Keys: keys,
      Text: text,
    });
    expectGood([describeNote(note, [vkey]), describeNote(note, [formatNoteKey(stranger.key), vkey])]);
    const wrong = [
      note.replace('600', '601'),
      note.replace('\u2014', '-'),
      `${note}\n`,
      note.slice(0, -1),
      note.replace('\n\n', '\n'),
      note.replace('office', '\toffice'),
      note.replace(
        / ([A-Za-z0-9+/]{20})([A-Za-z])/,
        (_, head: string, letter: string) => ` ${head}${letter === 'A' ? 'B' : 'A'}`,
      ),
    ];
    for (const signed of wrong) await expect(verifyNote(engine, signed, [signer.key])).rejects.toThrow();
    await expect(verifyNote(engine, note, [stranger.key])).rejects.toThrow();
    const otherId = vkey.replace(signer.key.id, '00000000');
    expect(() => parseNoteKey(engine, otherId)).toThrow();
    expectBad([
      ...wrong.map((signed) => describeNote(signed, [vkey])),
      describeNote(note, [formatNoteKey(stranger.key)]),
      describeNote(note, [otherId]),
    ]);
  });

  it('makes keys, notes and proofs that we accept', async () => {
    const made = JSON.parse(execFileSync(binary, ['make'], { maxBuffer: 2 ** 26, encoding: 'utf8' })) as {
      readonly Vkey: string;
      readonly Notes: readonly string[];
      readonly Texts: readonly string[];
      readonly Entries: readonly string[];
      readonly Inclusion: readonly GoProof[];
      readonly Consistency: readonly GoProof[];
    };
    const key = parseNoteKey(engine, made.Vkey);
    const edge = RightEdge.create(engine);
    const roots = new Map([[0, edge.root()]]);
    for (const entry of made.Entries) {
      edge.append(leafHash(engine, decode(entry)));
      roots.set(edge.size, edge.root());
    }
    expect(made.Notes.length).toBe(9);
    for (const [place, note] of made.Notes.entries()) {
      const checkpoint = await verifyCheckpoint(engine, note, { logs: [key] }, { isEvidence: true });
      expect(checkpoint.body).toBe(made.Texts[place]);
      expect(checkpoint.root).toEqual(roots.get(checkpoint.size));
    }
    expect(made.Inclusion.length).toBeGreaterThan(40);
    for (const { Index, Size, Leaf, Root, Hashes } of made.Inclusion) {
      verifyInclusion(engine, {
        index: Index,
        size: Size,
        leafHash: decode(Leaf),
        root: decode(Root),
        proof: Hashes.map(decode),
      });
    }
    expect(made.Consistency.length).toBeGreaterThan(40);
    for (const { SizeOld, Size, RootOld, Root, Hashes } of made.Consistency) {
      const claim = {
        sizeOld: SizeOld,
        sizeNew: Size,
        rootOld: decode(RootOld),
        rootNew: decode(Root),
        proof: Hashes.map(decode),
      };
      verifyConsistency(engine, claim);
    }
  });
});

interface GoProof {
  readonly Index: number;
  readonly Size: number;
  readonly SizeOld: number;
  readonly Leaf: string;
  readonly Root: string;
  readonly RootOld: string;
  readonly Hashes: readonly string[];
}

function describeInclusion(claim: Parameters<typeof verifyInclusion>[1]): GoCase {
  const { index, size: count, root, proof } = claim;
  return {
    Kind: 'inclusion',
    Index: index,
    Size: count,
    Root: encode(root),
    Leaf: encode(claim.leafHash),
    Proof: proof.map(encode),
  };
}

function describeConsistency(claim: Parameters<typeof verifyConsistency>[1]): GoCase {
  const { sizeOld, sizeNew, rootOld, rootNew, proof } = claim;
  return {
    Kind: 'consistency',
    SizeOld: sizeOld,
    Size: sizeNew,
    RootOld: encode(rootOld),
    Root: encode(rootNew),
    Proof: proof.map(encode),
  };
}
