import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { StrongroomError } from '@strongroom/core';
import {
  addNoteSignatures,
  appendLeaves,
  computeRoot,
  cosignCheckpoint,
  emptyRoot,
  formatAddCheckpoint,
  formatNoteSignature,
  judgeAddCheckpoint,
  leafHash,
  makeConsistencyProof,
  noteSignatureTypes,
  parseAddCheckpoint,
  parseNote,
  readTilesFrom,
  RightEdge,
  signCheckpoint,
  TileNodes,
  verifyCheckpoint,
  verifyCosignatures,
} from '@strongroom/ledger';
import type { WitnessedHead, WitnessJudgement } from '@strongroom/ledger';
import notes from '../../../tests/vectors/ledger/notes.json' with { type: 'json' };
import { createTestSigner, engine, entryOf, flipBit, MemoryTiles } from './memory-ledger.ts';

const origin = 'office.example/strongroom/vault';
const log = await createTestSigner(origin, 1);
const stranger = await createTestSigner(origin, 2);
const witness = await createTestSigner('witness.example/w1', 3, noteSignatureTypes.cosignatureV1);
const none: WitnessedHead = { size: 0, root: emptyRoot(engine) };
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Two histories of one log that part after `fork` entries. */
const sizeMax = 40;
const fork = 11;
const histories = [0, 1].map((branch) => {
  const store = new MemoryTiles();
  const entries = Array.from({ length: sizeMax }, (_, index) =>
    index < fork ? entryOf(index) : encode(`${branch} ${index}`),
  );
  appendLeaves(
    store,
    RightEdge.create(engine),
    entries.map((entry) => leafHash(engine, entry)),
  );
  return new TileNodes(engine, readTilesFrom(store));
});
const heads = await Promise.all(
  histories.map((nodes) =>
    Promise.all(
      Array.from({ length: sizeMax + 1 }, async (_, size) => {
        const root = await computeRoot(nodes, size);
        return { size, root, note: await signCheckpoint({ origin, size, root }, log) };
      }),
    ),
  ),
);
const headOf = (branch: number, size: number) => heads[branch]![size]!;

async function requestOf(branch: number, oldSize: number, size: number, from = branch): Promise<Uint8Array> {
  const proof = oldSize > size ? [] : await makeConsistencyProof(histories[from]!, oldSize, size);
  return encode(formatAddCheckpoint({ oldSize, proof, checkpoint: headOf(branch, size).note }));
}

const judge = async (body: Uint8Array, head: WitnessedHead = none): Promise<WitnessJudgement> =>
  await judgeAddCheckpoint(engine, parseAddCheckpoint(body), (name) =>
    name === origin ? { key: log.key, head } : undefined,
  );

describe('a request to a witness', () => {
  it('has the shape of the specification, and is read back', async () => {
    const body = await requestOf(0, 5, 12);
    const text = new TextDecoder().decode(body);
    expect(text).toMatch(/^old 5\n(?:[A-Za-z0-9+/]{43}=\n)+\noffice\.example\/strongroom\/vault\n12\n/);
    expect(formatAddCheckpoint(parseAddCheckpoint(body))).toBe(text);
    const first = parseAddCheckpoint(encode(`old 0\n\n${notes.checkpoint}`));
    expect(first).toEqual({ oldSize: 0, proof: [], checkpoint: notes.checkpoint });
  });

  it.each([
    ['nothing', ''],
    ['no blank line', 'old 0\n'],
    ['no old line', `\n\n${notes.checkpoint}`],
    ['a leading zero', `old 00\n\n${notes.checkpoint}`],
    ['a sign', `old +1\n\n${notes.checkpoint}`],
    ['two spaces', `old  1\n\n${notes.checkpoint}`],
    ['a size that is none', `old 281474976710657\n\n${notes.checkpoint}`],
    ['a carriage return', `old 0\r\n\r\n${notes.checkpoint}`],
    ['a short hash', `old 1\nAAAA\n\n${notes.checkpoint}`],
    ['base64 that is none', `old 1\n!!!!\n\n${notes.checkpoint}`],
    ['no checkpoint', 'old 0\n\n'],
    ['a checkpoint without signature', `old 0\n\n${parseNote(notes.checkpoint).text}`],
    ['a note that is no checkpoint', `old 0\n\nhello\n\n${notes.cosignature}`],
  ])('with %s is refused', (_, text) => {
    expect(() => parseAddCheckpoint(encode(text))).toThrow(
      expect.objectContaining({ code: 'FORMAT_INVALID' }),
    );
  });

  it('has at most 63 hashes and 64 KiB', () => {
    const hashes = (count: number): string => `${'A'.repeat(43)}=\n`.repeat(count);
    expect(parseAddCheckpoint(encode(`old 1\n${hashes(63)}\n${notes.checkpoint}`)).proof.length).toBe(63);
    const limit = expect.objectContaining({ code: 'LIMIT_EXCEEDED' });
    expect(() => parseAddCheckpoint(encode(`old 1\n${hashes(64)}\n${notes.checkpoint}`))).toThrow(limit);
    expect(() => parseAddCheckpoint(new Uint8Array(65_537))).toThrow(limit);
  });

  it('of any other bytes is refused with a code, and never with anything else', async () => {
    const good = await requestOf(0, 5, 12);
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.tuple(fc.nat(), fc.nat()).map(([bit, cut]) => flipBit(good, bit).slice(0, cut % (good.length + 1))),
      fc.nat().map((bit) => flipBit(good, bit)),
      fc.string({ maxLength: 80 }).map((text) => encode(`old 5\n${text}\n\n${notes.checkpoint}`)),
    );
    fc.assert(
      fc.property(bytes, (body) => {
        try {
          const read = parseAddCheckpoint(body);
          expect(encode(formatAddCheckpoint(read))).toEqual(body);
        } catch (error) {
          expect(error).toBeInstanceOf(StrongroomError);
        }
      }),
      { numRuns: 400 },
    );
  });
});

describe('a witness', () => {
  const at = (branch: number, size: number): WitnessedHead => headOf(branch, size);

  it('cosigns what grows from its own head', async () => {
    expect(await judge(await requestOf(0, 0, 12))).toMatchObject({
      kind: 'cosign',
      checkpoint: { size: 12 },
    });
    expect(await judge(await requestOf(0, 12, 30), at(0, 12))).toMatchObject({ kind: 'cosign' });
    expect(await judge(await requestOf(0, 12, 12), at(0, 12))).toMatchObject({ kind: 'cosign' });
    expect(await judge(await requestOf(0, 0, 0))).toMatchObject({ kind: 'cosign' });
  });

  it('refuses in the order of the specification', async () => {
    expect(await judge(encode(`old 0\n\n${notes.checkpoint}`))).toEqual({ kind: 'refuse', status: 404 });
    const byStranger = await signCheckpoint({ origin, size: 4, root: headOf(0, 4).root }, stranger);
    expect(await judge(encode(`old 0\n\n${byStranger}`))).toEqual({ kind: 'refuse', status: 403 });
    const beside = encode(
      `old 0\n\n${addNoteSignatures(headOf(0, 4).note, parseNote(notes.checkpoint).signatures)}`,
    );
    expect(await judge(beside)).toMatchObject({ kind: 'cosign' });
    expect(await judge(encode(`old 13\n\n${headOf(0, 12).note}`), at(0, 20))).toEqual({
      kind: 'refuse',
      status: 400,
    });
    expect(await judge(await requestOf(0, 5, 12), at(0, 8))).toEqual({
      kind: 'conflict',
      status: 409,
      size: 8,
    });
    expect(await judge(await requestOf(1, 20, 20), at(0, 20))).toEqual({
      kind: 'conflict',
      status: 409,
      size: 20,
    });
    const emptyOther = await signCheckpoint({ origin, size: 0, root: new Uint8Array(32) }, log);
    expect(await judge(encode(`old 0\n\n${emptyOther}`))).toEqual({ kind: 'conflict', status: 409, size: 0 });
    for (const bad of [
      await requestOf(1, 12, 30),
      await requestOf(0, 12, 30, 1),
      encode(`old 12\n\n${headOf(0, 30).note}`),
      encode(`old 12\n${'A'.repeat(43)}=\n\n${headOf(0, 12).note}`),
    ])
      expect(await judge(bad, at(0, 12))).toEqual({ kind: 'refuse', status: 422 });
    expect(await judge(encode(`old 0\n${'A'.repeat(43)}=\n\n${headOf(0, 12).note}`))).toEqual({
      kind: 'refuse',
      status: 422,
    });
  });

  test('J3: never cosigns two histories, whatever it is sent in whatever order', async () => {
    const submission = fc.record({
      branch: fc.nat({ max: 1 }),
      from: fc.nat({ max: 1 }),
      oldSize: fc.oneof(fc.nat({ max: sizeMax }), fc.constant(-1)),
      size: fc.nat({ max: sizeMax }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(submission, { minLength: 1, maxLength: 14 }), async (submissions) => {
        let head = none;
        const cosigned: { branch: number; size: number }[] = [];
        for (const { branch, from, oldSize, size } of submissions) {
          const old = oldSize < 0 ? head.size : oldSize;
          const judgement = await judge(await requestOf(branch, old, size, from), head);
          if (judgement.kind !== 'cosign') {
            if (judgement.kind === 'conflict') expect(judgement.size).toBe(head.size);
            continue;
          }
          expect(judgement.checkpoint.size).toBeGreaterThanOrEqual(head.size);
          head = judgement.checkpoint;
          cosigned.push({ branch, size });
        }
        const branches = new Set(cosigned.filter(({ size }) => size > fork).map(({ branch }) => branch));
        expect(branches.size).toBeLessThanOrEqual(1);
      }),
      { numRuns: 20 },
    );
  });
});

describe('an answer of a witness', () => {
  const { note } = headOf(0, 12);

  it('gives its cosignature, and nothing of others', async () => {
    const line = formatNoteSignature(await cosignCheckpoint(note, witness, 1_800_000_000));
    const other = await createTestSigner('witness.example/other', 9, noteSignatureTypes.cosignatureV1);
    const foreign = formatNoteSignature(await cosignCheckpoint(note, other, 1_800_000_000));
    const answer = { checkpoint: note, text: foreign + line, witnesses: [witness.key] };
    const { lines, signatures } = await verifyCosignatures(engine, answer);
    expect(lines.map(formatNoteSignature)).toEqual([line]);
    expect(signatures).toEqual([{ key: witness.key, signedAtSeconds: 1_800_000_000 }]);
    const cosigned = addNoteSignatures(note, lines);
    expect(cosigned).toBe(note + line);
    expect(addNoteSignatures(cosigned, lines)).toBe(cosigned);
    const checked = await verifyCheckpoint(engine, cosigned, { logs: [log.key], witnesses: [witness.key] });
    expect(checked.cosignatures.length).toBe(1);
  });

  it('over another checkpoint, by nobody known, or no answer at all is refused', async () => {
    const elsewhere = formatNoteSignature(await cosignCheckpoint(headOf(1, 12).note, witness, 1_800_000_000));
    const bad = expect.objectContaining({ code: 'SIGNATURE_INVALID' });
    const answer = { checkpoint: note, witnesses: [witness.key] };
    await expect(verifyCosignatures(engine, { ...answer, text: elsewhere })).rejects.toThrow(bad);
    await expect(verifyCosignatures(engine, { ...answer, text: elsewhere, witnesses: [] })).rejects.toThrow(
      bad,
    );
    const malformed = expect.objectContaining({ code: 'FORMAT_INVALID' });
    await expect(verifyCosignatures(engine, { ...answer, text: 'ok' })).rejects.toThrow(malformed);
  });
});
