/**
 * Prints the ledger's vectors, tree or notes: `node packages/ledger/tests/make-vectors.ts tree > tests/vectors/ledger/tree.json`.
 * Tree values come from the slow reference, not from the package; signatures are Ed25519 and so the same in every run.
 */
import { createHash } from 'node:crypto';
import {
  cosignCheckpoint,
  encodeEntryBundle,
  formatNoteKey,
  formatNoteSignature,
  formatTilePath,
  formatTlogProof,
  leafHash,
  noteSignatureTypes,
  RightEdge,
  signCheckpoint,
} from '@strongroom/ledger';
import { createTestSigner, engine } from './memory-ledger.ts';
import { path, proof, treeHash } from './reference-tree.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

// The eight entries of the certificate transparency test trees, whose roots are published, and five of our own.
const entries = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
]
  .map((text) => new Uint8Array(Buffer.from(text, 'hex')))
  .concat(Array.from({ length: 5 }, (_, index) => new Uint8Array(index + 1).fill(0xa0 + index)));
const sizes = entries.map((_, index) => index + 1);

function makeTree(): unknown {
  const edge = RightEdge.create(engine);
  for (const entry of entries) edge.append(leafHash(engine, entry));
  const tiles = [
    { level: 0, index: 0, width: 256 },
    { level: 0, index: 1_234_067, width: 256 },
    { level: 1, index: 1000, width: 17 },
    { level: 'entries', index: 273, width: 112 },
    { level: 63, index: 999, width: 1 },
  ] as const;
  return {
    comment: 'RFC 6962 hashing, C2SP tlog-tiles paths and bundles; all byte strings are hexadecimal',
    entries: entries.map(hex),
    leafHashes: entries.map((entry) =>
      createHash('sha256').update(Uint8Array.of(0)).update(entry).digest('hex'),
    ),
    roots: [0, ...sizes].map((size) => hex(treeHash(entries.slice(0, size)))),
    edge: hex(edge.encode()),
    bundle: hex(encodeEntryBundle(entries)),
    paths: tiles.map((tile) => ({ ...tile, level: String(tile.level), path: formatTilePath(tile) })),
    inclusion: sizes.flatMap((size) =>
      sizes
        .slice(0, size)
        .map((_, index) => ({ index, size, proof: path(index, entries.slice(0, size)).map(hex) })),
    ),
    consistency: sizes.flatMap((sizeNew) =>
      sizes
        .slice(0, sizeNew)
        .map((sizeOld) => ({ sizeOld, sizeNew, proof: proof(sizeOld, entries.slice(0, sizeNew)).map(hex) })),
    ),
  };
}

async function makeNotes(): Promise<unknown> {
  const [logSeedByte, witnessSeedByte, size, index, signedAtSeconds] = [1, 2, 13, 9, 1_800_000_000];
  const log = await createTestSigner('vectors.example/strongroom/office', logSeedByte);
  const witness = await createTestSigner(
    'witness.vectors.example',
    witnessSeedByte,
    noteSignatureTypes.cosignatureV1,
  );
  const root = treeHash(entries.slice(0, size));
  const checkpoint = await signCheckpoint({ origin: log.key.name, size, root }, log);
  const cosignature = formatNoteSignature(await cosignCheckpoint(checkpoint, witness, signedAtSeconds));
  const hashes = path(index, entries.slice(0, size));
  const extra = Uint8Array.of(0xc0, 0xff, 0xee);
  const [logVkey, witnessVkey] = [formatNoteKey(log.key), formatNoteKey(witness.key)];
  return {
    comment:
      'C2SP signed-note, tlog-checkpoint, tlog-cosignature, tlog-proof, tlog-policy over the entries of tree.json',
    log: { name: log.key.name, seed: hex(new Uint8Array(32).fill(logSeedByte)), vkey: logVkey },
    witness: {
      name: witness.key.name,
      seed: hex(new Uint8Array(32).fill(witnessSeedByte)),
      vkey: witnessVkey,
      signedAtSeconds,
    },
    size,
    checkpoint,
    cosignature,
    policy: `log ${logVkey}\nwitness W ${witnessVkey}\nquorum W\n`,
    proof: {
      index,
      entry: hex(entries[index] as Uint8Array),
      hashes: hashes.map(hex),
      extra: Buffer.from(extra).toString('base64'),
      text: formatTlogProof({ index, hashes, checkpoint: checkpoint + cosignature, extra }),
    },
  };
}

const made = process.argv[2] === 'notes' ? await makeNotes() : makeTree();
process.stdout.write(`${JSON.stringify(made, null, 2)}\n`);
