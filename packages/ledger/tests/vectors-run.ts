/**
 * The ledger's own vectors, run over any engine, in Node or in a browser. Not part of the package's exports: tests bundle it.
 * The expected values are language-neutral JSON in tests/vectors/ledger.
 */
import { decodeBase64, decodeHex, encodeHex, encodeUtf8, StrongroomError } from '@strongroom/core';
import type { Engine } from '@strongroom/core';
import notes from '../../../tests/vectors/ledger/notes.json' with { type: 'json' };
import tree from '../../../tests/vectors/ledger/tree.json' with { type: 'json' };
import { cosignCheckpoint, parseCheckpoint, signCheckpoint, verifyCheckpoint } from '../src/checkpoint.ts';
import { decodeEntryBundle, encodeEntryBundle } from '../src/entry-bundle.ts';
import { leafHash } from '../src/hashing.ts';
import { makeConsistencyProof, makeInclusionProof } from '../src/make-proof.ts';
import { createNoteKey, formatNoteKey, noteSignatureTypes } from '../src/note-key.ts';
import { createNoteSigner, formatNoteSignature } from '../src/note.ts';
import { RightEdge } from '../src/right-edge.ts';
import { readTilesFrom, TileNodes } from '../src/tile-nodes.ts';
import { formatTilePath, parseTilePath } from '../src/tile-path.ts';
import { appendLeaves } from '../src/tile-store.ts';
import { parsePolicy } from '../src/tlog-policy.ts';
import { formatTlogProof, verifyTlogProof } from '../src/tlog-proof.ts';
import { verifyConsistency, verifyInclusion } from '../src/verify-proof.ts';

/** What came of the vectors: how many checks were made, and the names of those that failed. */
export interface LedgerVectorResult {
  readonly checks: number;
  readonly failures: readonly string[];
}

type Expect = (name: string, isRight: boolean) => void;

/** Runs every vector. A check that throws is a failure with its error code. */
export async function runLedgerVectors(engine: Engine): Promise<LedgerVectorResult> {
  let checks = 0;
  const failures: string[] = [];
  const expect: Expect = (name, isRight) => {
    checks += 1;
    if (!isRight) failures.push(name);
  };
  for (const [name, run] of [
    ['tree', runTree],
    ['proofs', runProofs],
    ['notes', runNotes],
  ] as const) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- in order, so that the first failure is the deepest
      await run(engine, expect);
    } catch (error) {
      expect(`${name}: ${error instanceof StrongroomError ? error.code : String(error)}`, false);
    }
  }
  return { checks, failures };
}

function runTree(engine: Engine, expect: Expect): void {
  const edge = RightEdge.create(engine);
  const entries = tree.entries.map(decodeHex);
  expect('root 0', encodeHex(edge.root()) === tree.roots[0]);
  for (const [index, entry] of entries.entries()) {
    const leaf = leafHash(engine, entry);
    expect(`leaf ${index}`, encodeHex(leaf) === tree.leafHashes[index]);
    edge.append(leaf);
    expect(`root ${index + 1}`, encodeHex(edge.root()) === tree.roots[index + 1]);
  }
  expect('edge', encodeHex(edge.encode()) === tree.edge);
  expect('bundle', encodeHex(encodeEntryBundle(entries)) === tree.bundle);
  expect('bundle back', decodeEntryBundle(decodeHex(tree.bundle)).length === entries.length);
  for (const { level, index, width, path } of tree.paths) {
    const tile = { level: level === 'entries' ? ('entries' as const) : Number(level), index, width };
    expect(`path ${path}`, formatTilePath(tile) === path);
    expect(`path ${path} back`, JSON.stringify(parseTilePath(path)) === JSON.stringify(tile));
  }
}

async function runProofs(engine: Engine, expect: Expect): Promise<void> {
  const tiles = new Map<string, Uint8Array>();
  const store = {
    readTile: (level: number, index: number): Uint8Array | undefined => tiles.get(`${level}/${index}`),
    writeTile(level: number, index: number, bytes: Uint8Array): void {
      tiles.set(`${level}/${index}`, bytes);
    },
  };
  const leaves = tree.entries.map((entry) => leafHash(engine, decodeHex(entry)));
  appendLeaves(store, RightEdge.create(engine), leaves);
  const nodes = new TileNodes(engine, readTilesFrom(store));
  for (const { index, size, proof } of tree.inclusion) {
    // oxlint-disable-next-line no-await-in-loop -- case by case
    const made = await makeInclusionProof(nodes, index, size);
    expect(`inclusion ${index} of ${size}`, made.map(encodeHex).join() === proof.join());
    const root = decodeHex(tree.roots[size] as string);
    const claim = { index, size, root, leafHash: leaves[index] as Uint8Array, proof: proof.map(decodeHex) };
    verifyInclusion(engine, claim);
    const claimWrong = { ...claim, leafHash: leaves[(index + 1) % leaves.length] as Uint8Array };
    expect(
      `inclusion ${index} of ${size}, other leaf`,
      isRefused(() => verifyInclusion(engine, claimWrong)),
    );
  }
  for (const { sizeOld, sizeNew, proof } of tree.consistency) {
    // oxlint-disable-next-line no-await-in-loop -- case by case
    const made = await makeConsistencyProof(nodes, sizeOld, sizeNew);
    expect(`consistency ${sizeOld} of ${sizeNew}`, made.map(encodeHex).join() === proof.join());
    const rootOld = decodeHex(tree.roots[sizeOld] as string);
    const rootNew = decodeHex(tree.roots[sizeNew] as string);
    const claim = { sizeOld, sizeNew, rootOld, rootNew, proof: proof.map(decodeHex) };
    verifyConsistency(engine, claim);
    const claimWrong = { ...claim, rootOld: decodeHex(tree.roots[0] as string) };
    expect(
      `consistency ${sizeOld} of ${sizeNew}, other root`,
      isRefused(() => verifyConsistency(engine, claimWrong)),
    );
  }
}

function isRefused(run: () => void): boolean {
  try {
    run();
    return false;
  } catch (error) {
    return error instanceof StrongroomError && error.code === 'PROOF_INVALID';
  }
}

async function runNotes(engine: Engine, expect: Expect): Promise<void> {
  const { log, witness } = notes;
  const logSeed = decodeHex(log.seed);
  const logKey = createNoteKey(engine, {
    name: log.name,
    type: noteSignatureTypes.ed25519,
    publicKey: await engine.ed25519PublicKey(logSeed),
  });
  const witnessSeed = decodeHex(witness.seed);
  const witnessKey = createNoteKey(engine, {
    name: witness.name,
    type: noteSignatureTypes.cosignatureV1,
    publicKey: await engine.ed25519PublicKey(witnessSeed),
  });
  expect('vkey of the log', formatNoteKey(logKey) === log.vkey);
  expect('vkey of the witness', formatNoteKey(witnessKey) === witness.vkey);
  const checkpoint = {
    origin: log.name,
    size: notes.size,
    root: decodeHex(tree.roots[notes.size] as string),
  };
  const signed = await signCheckpoint(checkpoint, createNoteSigner(engine, logKey, logSeed));
  expect('checkpoint', signed === notes.checkpoint);
  const witnessSigner = createNoteSigner(engine, witnessKey, witnessSeed);
  const cosignature = await cosignCheckpoint(signed, witnessSigner, witness.signedAtSeconds);
  expect('cosignature', formatNoteSignature(cosignature) === notes.cosignature);
  const cosigned = notes.checkpoint + notes.cosignature;
  const verified = await verifyCheckpoint(engine, cosigned, { logs: [logKey], witnesses: [witnessKey] });
  expect(
    'verified',
    parseCheckpoint(verified.body).size === notes.size && verified.cosignatures.length === 1,
  );
  const { index, hashes, extra, entry, text } = notes.proof;
  const proof = { index, hashes: hashes.map(decodeHex), checkpoint: cosigned, extra: decodeBase64(extra) };
  expect('proof', formatTlogProof(proof) === text);
  const policy = parsePolicy(engine, notes.policy);
  const claim = { policy, proof: text, entry: decodeHex(entry) };
  expect('proof verified', (await verifyTlogProof(engine, claim)).index === index);
  const outcome: unknown = await verifyTlogProof(engine, { ...claim, entry: encodeUtf8('another') }).catch(
    (error: unknown) => error,
  );
  expect('proof of another entry', outcome instanceof StrongroomError && outcome.code === 'PROOF_INVALID');
}
