import { describe, expect, it } from 'vitest';
import {
  cosignCheckpoint,
  formatNoteKey,
  formatNoteSignature,
  formatPolicy,
  formatTlogProof,
  isQuorumMet,
  makeInclusionProof,
  noteSignatureTypes,
  parsePolicy,
  parseTlogProof,
  signCheckpoint,
  verifyTlogProof,
} from '@strongroom/ledger';
import { createMemoryLedger, createTestSigner, engine, entryOf, flipBit } from './memory-ledger.ts';

const format = expect.objectContaining({ code: 'FORMAT_INVALID' });
const badSignature = expect.objectContaining({ code: 'SIGNATURE_INVALID' });
const badProof = expect.objectContaining({ code: 'PROOF_INVALID' });

const log = await createTestSigner('office.example/strongroom/vault', 1);
const witnesses = await Promise.all(
  [11, 12, 13, 14].map((seed) =>
    createTestSigner(`witness${seed}.example`, seed, noteSignatureTypes.cosignatureV1),
  ),
);
const keys = witnesses.map(({ key }) => key);
const vkeys = keys.map(formatNoteKey);
const logLine = `log ${formatNoteKey(log.key)}\n`;
const policyText = `# trust of the office
${logLine}
witness W1 ${vkeys[0]} https://witness.example/
\twitness  W2\t${vkeys[1]}
witness W3 ${vkeys[2]}
witness W4 ${vkeys[3]}
group some 2 W1 W2 W3
group both all some W4
quorum both
`;

describe('policies', () => {
  const policy = parsePolicy(engine, policyText);

  it('are read, and written in one form', () => {
    expect(policy.witnesses.map(({ name }) => name)).toEqual(['W1', 'W2', 'W3', 'W4']);
    expect(policy.groups).toEqual([
      { name: 'some', threshold: 2, members: ['W1', 'W2', 'W3'] },
      { name: 'both', threshold: 2, members: ['some', 'W4'] },
    ]);
    expect(parsePolicy(engine, formatPolicy(engine, policy))).toEqual(policy);
    expect(parsePolicy(engine, new TextEncoder().encode(policyText))).toEqual(policy);
  });

  it('count witnesses by groups', () => {
    const isMet = (...places: readonly number[]): boolean =>
      isQuorumMet(
        policy,
        keys.filter((_, place) => places.includes(place)),
      );
    expect(isMet(0, 1, 3)).toBe(true);
    expect(isMet(0, 1, 2, 3)).toBe(true);
    for (const places of [[], [0, 1, 2], [0, 3], [3]]) expect(isMet(...places)).toBe(false);
    expect(isQuorumMet(parsePolicy(engine, 'quorum none\n'), [])).toBe(true);
    const any = parsePolicy(
      engine,
      `witness A ${vkeys[0]}\nwitness B ${vkeys[1]}\ngroup g any A B\nquorum g\n`,
    );
    expect(isQuorumMet(any, keys.slice(1, 2))).toBe(true);
    expect(isQuorumMet(any, [])).toBe(false);
    expect(isQuorumMet(any, keys.slice(2))).toBe(false);
  });

  it('that say two things, or nothing, are refused', () => {
    const w = `witness A ${vkeys[0]}\nwitness B ${vkeys[1]}\n`;
    const wrong = {
      'no quorum': logLine,
      'two quorums': 'quorum none\nquorum none\n',
      'unknown name': `${w}quorum C\n`,
      'name before its line': `quorum A\n${w}`,
      'name twice': `${w}witness A ${vkeys[2]}\nquorum A\n`,
      'group named like a witness': `${w}group A any B\nquorum A\n`,
      'witness none': `witness none ${vkeys[0]}\nquorum none\n`,
      'none as a member': `${w}group g any A none\nquorum g\n`,
      'member twice': `${w}group g 2 A A\nquorum g\n`,
      'member of two groups': `${w}group g any A\ngroup h any A B\nquorum h\n`,
      'group in itself': `${w}group g any g\nquorum g\n`,
      'threshold 0': `${w}group g 0 A B\nquorum g\n`,
      'threshold too high': `${w}group g 3 A B\nquorum g\n`,
      'threshold 02': `${w}group g 02 A B\nquorum g\n`,
      'empty group': `${w}group g any\nquorum none\n`,
      'key twice': `${w}witness C ${vkeys[0]}\nquorum A\n`,
      'log twice': `${logLine}${logLine}quorum none\n`,
      'witness key as a log': `log ${vkeys[0]}\nquorum none\n`,
      'log key as a witness': `witness A ${formatNoteKey(log.key)}\nquorum A\n`,
      'unknown word': `${w}trust A\nquorum A\n`,
      'word too many': `${w}quorum A B\n`,
      'url twice': `log ${formatNoteKey(log.key)} a b\nquorum none\n`,
      'no final newline': 'quorum none',
      'carriage return': 'quorum none\r\n',
      'zero byte': 'quorum none\u0000\n',
      'no vkey': 'log x\nquorum none\n',
    };
    for (const [name, text] of Object.entries(wrong))
      expect(() => parsePolicy(engine, text), name).toThrow(format);
    expect(() => parsePolicy(engine, Uint8Array.of(0x23, 0xff, 0x0a))).toThrow(format);
    expect(() => parsePolicy(engine, `#${'x'.repeat(1_000_001)}\nquorum none\n`)).toThrow(
      expect.objectContaining({ code: 'LIMIT_EXCEEDED' }),
    );
  });

  it('with a line break in a name are not written', () => {
    const input = expect.objectContaining({ code: 'INPUT_INVALID' });
    expect(() =>
      formatPolicy(engine, { ...policy, logs: [{ key: log.key, url: 'x\nquorum none' }] }),
    ).toThrow(input);
    expect(() => formatPolicy(engine, { ...policy, quorum: 'nobody' })).toThrow(input);
  });
});

describe('offline proofs', async () => {
  const size = 300;
  const index = 123;
  const { edge, nodes } = createMemoryLedger(size);
  const note = await signCheckpoint({ origin: log.key.name, size, root: edge.root() }, log);
  const lines = await Promise.all(
    witnesses.map(async (signer) => formatNoteSignature(await cosignCheckpoint(note, signer, 1_800_000_000))),
  );
  const hashes = await makeInclusionProof(nodes, index, size);
  const proof = formatTlogProof({
    index,
    hashes,
    checkpoint: note + lines.join(''),
    extra: Uint8Array.of(1, 2),
  });
  const policy = parsePolicy(engine, policyText);
  const entry = entryOf(index);

  it('have the form of the specification and are verified', async () => {
    expect(proof).toMatch(
      /^c2sp\.org\/tlog-proof@v1\nextra AQI=\nindex 123\n(?:[A-Za-z0-9+/]{43}=\n){9}\noffice\.example/,
    );
    const verified = await verifyTlogProof(engine, { policy, proof, entry });
    expect(verified).toMatchObject({ index, checkpoint: { size }, extra: Uint8Array.of(1, 2) });
    expect(verified.checkpoint.cosignatures.length).toBe(4);
    expect(formatTlogProof(parseTlogProof(proof))).toBe(proof);
  });

  it('of a ledger with one entry have no hashes', async () => {
    const one = createMemoryLedger(1);
    const checkpoint = await signCheckpoint({ origin: log.key.name, size: 1, root: one.edge.root() }, log);
    const text = formatTlogProof({ index: 0, hashes: [], checkpoint });
    expect(text.startsWith('c2sp.org/tlog-proof@v1\nindex 0\n\noffice')).toBe(true);
    const trusting = parsePolicy(engine, `${logLine}quorum none\n`);
    expect((await verifyTlogProof(engine, { policy: trusting, proof: text, entry: entryOf(0) })).index).toBe(
      0,
    );
  });

  it('of another entry, index, size or ledger are refused', async () => {
    const claim = { policy, proof, entry };
    await expect(verifyTlogProof(engine, { ...claim, entry: entryOf(124) })).rejects.toThrow(badProof);
    await expect(verifyTlogProof(engine, { ...claim, entry: flipBit(entry, 3) })).rejects.toThrow(badProof);
    await expect(
      verifyTlogProof(engine, { ...claim, proof: proof.replace('index 123', 'index 122') }),
    ).rejects.toThrow(badProof);
    await expect(
      verifyTlogProof(engine, { ...claim, proof: proof.replace('index 123', 'index 300') }),
    ).rejects.toThrow(badProof);
    const parsed = parseTlogProof(proof);
    const dropped = formatTlogProof({ ...parsed, hashes: parsed.hashes.slice(1) });
    await expect(verifyTlogProof(engine, { ...claim, proof: dropped })).rejects.toThrow(badProof);
    await expect(
      verifyTlogProof(engine, { ...claim, proof: proof.replace('\n300\n', '\n301\n') }),
    ).rejects.toThrow(badSignature);
    const stranger = parsePolicy(
      engine,
      `log ${formatNoteKey((await createTestSigner(log.key.name, 99)).key)}\nquorum none\n`,
    );
    await expect(verifyTlogProof(engine, { ...claim, policy: stranger })).rejects.toThrow(badSignature);
  });

  it('without the quorum are refused', async () => {
    for (const kept of [[], lines.slice(0, 3), [lines[0], lines[3]]]) {
      const thin = formatTlogProof({ index, hashes, checkpoint: note + kept.join('') });
      await expect(verifyTlogProof(engine, { policy, proof: thin, entry })).rejects.toThrow(badSignature);
    }
    const repeated = formatTlogProof({
      index,
      hashes,
      checkpoint: `${note}${lines[0]}${lines[0]}${lines[3]}`,
    });
    await expect(verifyTlogProof(engine, { policy, proof: repeated, entry })).rejects.toThrow(badSignature);
  });

  it('in other forms are refused', () => {
    const wrong = [
      '',
      proof.replace('v1', 'v2'),
      `\n${proof}`,
      proof.replace('index 123', 'index 0123'),
      proof.replace('index 123\n', ''),
      proof.replace('index 123', 'index -1'),
      proof.replace('extra AQI=', 'extra AQI'),
      proof.replace('extra AQI=\n', 'extra AQI=\nextra AQI=\n'),
      proof.replace('\n\n', '\n'),
      proof.replace('\n\n', '\nAAAA\n\n'),
      proof.slice(0, -1),
      proof.replaceAll('\n', '\r\n'),
      proof.replace('\n\n', '\n\n\n'),
    ];
    for (const text of wrong) expect(() => parseTlogProof(text), text.slice(0, 60)).toThrow(format);
    const long = proof.replace('\n\n', `\n${`${'A'.repeat(43)}=\n`.repeat(60)}\n`);
    expect(() => parseTlogProof(long)).toThrow(expect.objectContaining({ code: 'LIMIT_EXCEEDED' }));
  });
});
