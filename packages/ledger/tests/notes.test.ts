import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  cosignCheckpoint,
  createNoteKey,
  formatCheckpoint,
  formatNote,
  formatNoteKey,
  formatNoteSignature,
  noteSignatureTypes,
  parseCheckpoint,
  parseNote,
  parseNoteKey,
  signCheckpoint,
  signNote,
  verifyCheckpoint,
  verifyNote,
} from '@strongroom/ledger';
import { createTestSigner, engine, flipBit } from './memory-ledger.ts';

const format = expect.objectContaining({ code: 'FORMAT_INVALID' });
const input = expect.objectContaining({ code: 'INPUT_INVALID' });
const badSignature = expect.objectContaining({ code: 'SIGNATURE_INVALID' });
const limit = expect.objectContaining({ code: 'LIMIT_EXCEEDED' });

const origin = 'office.example/strongroom/vault';
const log = await createTestSigner(origin, 1);
const other = await createTestSigner('other.example', 2);
const witness = await createTestSigner('witness.example/w1', 3, noteSignatureTypes.cosignatureV1);
const root = new Uint8Array(32).fill(9);
const checkpoint = { origin, size: 12, root };
const note = await signCheckpoint(checkpoint, log);
const cosigned = note + formatNoteSignature(await cosignCheckpoint(note, witness, 1_800_000_000));

describe('signed notes', () => {
  it('have the shape of the specification', () => {
    expect(note).toMatch(
      /^office\.example\/strongroom\/vault\n12\n[A-Za-z0-9+/]{43}=\n\n\u2014 office\.example\/strongroom\/vault [A-Za-z0-9+/]{91}=\n$/u,
    );
    expect(formatNote(parseNote(cosigned))).toBe(cosigned);
    expect(parseNote(new TextEncoder().encode(cosigned))).toEqual(parseNote(cosigned));
  });

  it('are split at the last blank line', async () => {
    const text = 'one\n\n\u2014 not a signature\n\nthree\n';
    const signed = await signNote(text, [log]);
    expect(parseNote(signed).text).toBe(text);
    expect((await verifyNote(engine, signed, [log.key])).text).toBe(text);
  });

  it('keep any text', async () => {
    const texts = fc.string({ unit: 'grapheme' }).map((text) => `${text.replaceAll(/\p{Cc}/gu, '\n')}\n`);
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        const { text: verified } = await verifyNote(engine, await signNote(text, [log]), [log.key]);
        expect(verified).toBe(text);
      }),
      { numRuns: 30 },
    );
  });

  it('are refused with any flipped bit: the head is never another one', async () => {
    const bytes = new TextEncoder().encode(note);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const outcome = await verifyNote(engine, flipBit(bytes, bit), [log.key]).catch(
        (error: unknown) => error,
      );
      expect(outcome, String(bit)).toBeInstanceOf(Error);
    }
  });

  it('ignore unknown keys, even ones of the same name or the same id', async () => {
    const sameName = await createTestSigner(origin, 4);
    const signed = await signNote('text\n', [sameName, other, log]);
    expect((await verifyNote(engine, signed, [log.key])).signatures.map(({ key }) => key)).toEqual([log.key]);
    const line = formatNoteSignature({ name: 'unknown.example', id: log.key.id, bytes: new Uint8Array(64) });
    expect((await verifyNote(engine, signed + line, [log.key])).signatures.length).toBe(1);
    await expect(verifyNote(engine, signed, [witness.key])).rejects.toThrow(badSignature);
    await expect(verifyNote(engine, signed, [])).rejects.toThrow(badSignature);
  });

  it('are refused for one bad signature of a known key beside good ones', async () => {
    for (const bytes of [new Uint8Array(64), new Uint8Array(1), new Uint8Array(72)]) {
      const line = formatNoteSignature({ name: other.key.name, id: other.key.id, bytes });
      expect((await verifyNote(engine, note + line, [log.key])).signatures.length).toBe(1);
      await expect(verifyNote(engine, note + line, [log.key, other.key])).rejects.toThrow(badSignature);
    }
  });

  it('count a key once however often it signed, and refuse two keys that cannot be told apart', async () => {
    const twice = await signNote('text\n', [log, log]);
    expect((await verifyNote(engine, twice, [log.key])).signatures.length).toBe(1);
    await expect(verifyNote(engine, twice, [log.key, { ...log.key }])).rejects.toThrow(input);
  });

  it('may have 64 signatures, not more', async () => {
    const line = (place: number): string =>
      formatNoteSignature({ name: `w${place}.example`, id: '00000000', bytes: new Uint8Array(64) });
    const many = note + Array.from({ length: 63 }, (_, place) => line(place)).join('');
    expect((await verifyNote(engine, many, [log.key])).signatures.length).toBe(1);
    await expect(verifyNote(engine, many + line(63), [log.key])).rejects.toThrow(limit);
    expect(() => parseNote('x'.repeat(1_000_001))).toThrow(limit);
  });

  it('in other forms are refused', () => {
    const split = note.lastIndexOf('\n\n');
    const body = note.slice(0, split + 1);
    const line = note.slice(split + 2);
    const wrong = {
      'no final newline': note.slice(0, -1),
      'no signature': `${body}\n`,
      'no blank line': body + line,
      nothing: '',
      'a hyphen for the dash': note.replace('\u2014', '-'),
      'two spaces': note.replace('\u2014 ', '\u2014  '),
      'a carriage return': note.replaceAll('\n', '\r\n'),
      'a tab in the text': note.replace('12', '1\t2'),
      'a zero byte': note.replace('12', '1\u00002'),
      'no padding': note.replace(/=\n$/, '\n'),
      'a word more': note.replace(/\n$/, ' x\n'),
      'a short signature': `${body}\n\u2014 a AAAAAA==\n`,
      'a name with a plus': `${body}\n\u2014 a+b ${line.split(' ')[2]}`,
      'a name with a space of another kind': `${body}\n\u2014 a\u00a0b ${line.split(' ')[2]}`,
      'an empty line after': `${note}\n`,
      'half a surrogate': `\ud800${note}`,
    };
    for (const [name, text] of Object.entries(wrong)) expect(() => parseNote(text), name).toThrow(format);
    expect(() => parseNote(new Uint8Array([0xff, ...new TextEncoder().encode(note)]))).toThrow(format);
  });

  it('are not made over texts they cannot hold', async () => {
    for (const text of ['', 'x', 'x\ty\n', '\ud800\n'])
      await expect(signNote(text, [log])).rejects.toThrow(input);
    await expect(signNote('x\n', [])).rejects.toThrow(input);
    await expect(signNote('x\n', [witness])).rejects.toThrow(input);
  });
});

describe('keys as text', () => {
  it('are read back', () => {
    for (const { key } of [log, witness]) expect(parseNoteKey(engine, formatNoteKey(key))).toEqual(key);
  });

  it('have an id that depends on name, type and key', () => {
    const ids = new Set([log.key.id, other.key.id, witness.key.id]);
    ids.add(createNoteKey(engine, { ...log.key, type: noteSignatureTypes.cosignatureV1 }).id);
    ids.add(createNoteKey(engine, { ...log.key, name: 'x' }).id);
    expect(ids.size).toBe(5);
  });

  it('are refused when the id, the type, the name or the length is wrong', () => {
    const vkey = formatNoteKey(log.key);
    const [name = '', id = '', ...rest] = vkey.split('+');
    const key = rest.join('+');
    const mlDsa = `${name}+${id}+${key.replace(/^A/, 'B')}`;
    const wrong = [
      `${name}+00000000+${key}`,
      `${name}+${id.toUpperCase()}0+${key}`,
      `x${vkey}`,
      `a b+${id}+${key}`,
      mlDsa,
      `${name}+${id}+AQ==`,
      '',
      name,
    ];
    for (const text of wrong) expect(() => parseNoteKey(engine, text), text).toThrow(format);
  });

  it('A10: public keys that verifiers disagree on are refused', () => {
    const smallOrder = new Uint8Array(32);
    smallOrder[0] = 1;
    const parts = { name: 'x', type: noteSignatureTypes.ed25519 };
    expect(() => createNoteKey(engine, { ...parts, publicKey: smallOrder })).toThrow(
      expect.objectContaining({ code: 'KEY_INVALID' }),
    );
    expect(() => createNoteKey(engine, { ...parts, publicKey: new Uint8Array(31) })).toThrow(input);
    expect(() => createNoteKey(engine, { ...parts, name: 'a b', publicKey: log.key.publicKey })).toThrow(
      input,
    );
  });
});

describe('checkpoints', () => {
  it('have one form', () => {
    expect(parseCheckpoint(formatCheckpoint(checkpoint))).toEqual({ ...checkpoint, extensions: [] });
    const withExtension = `${formatCheckpoint(checkpoint)}extension\n`;
    expect(formatCheckpoint(parseCheckpoint(withExtension))).toBe(withExtension);
  });

  it('in other forms are refused', () => {
    const good = formatCheckpoint(checkpoint);
    const encoded = good.split('\n')[2] ?? '';
    const wrong = [
      '',
      good.slice(0, -1),
      `\n12\n${encoded}\n`,
      `a\n012\n${encoded}\n`,
      `a\n+1\n${encoded}\n`,
      `a\n-1\n${encoded}\n`,
      `a\n1e3\n${encoded}\n`,
      `a\n 1\n${encoded}\n`,
      `a\n\n${encoded}\n`,
      `a\n281474976710657\n${encoded}\n`,
      `a\n99999999999999999999\n${encoded}\n`,
      'a\n1\nAAAA\n',
      'a\n1\n\n',
      `a\n1\n${encoded.slice(0, -1)}\n`,
      `a\n1\n${encoded}\n\n`,
      `a\n1\n${encoded}\n\nx\n`,
      'a\n1\n',
      `a\n١\n${encoded}\n`,
    ];
    for (const body of wrong) expect(() => parseCheckpoint(body), JSON.stringify(body)).toThrow(format);
  });

  it('are verified with their ledger and their witnesses', async () => {
    const keys = { logs: [other.key, log.key], witnesses: [witness.key] };
    for (const isEvidence of [false, true]) {
      const verified = await verifyCheckpoint(engine, cosigned, keys, { isEvidence });
      expect(verified).toMatchObject({ ...checkpoint, logKey: log.key });
      expect(verified.cosignatures).toEqual([{ key: witness.key, signedAtSeconds: 1_800_000_000 }]);
    }
    expect((await verifyCheckpoint(engine, cosigned, { logs: [log.key] })).cosignatures).toEqual([]);
  });

  it('of one ledger signed by the key of another are refused', async () => {
    const forged = await signNote(formatCheckpoint(checkpoint), [other]);
    await expect(verifyCheckpoint(engine, forged, { logs: [other.key, log.key] })).rejects.toThrow(
      badSignature,
    );
    await expect(signCheckpoint(checkpoint, other)).rejects.toThrow(input);
  });

  it('with cosignatures only are refused', async () => {
    const { text, signatures } = parseNote(cosigned);
    const alone = formatNote({ text, signatures: signatures.slice(1) });
    const keys = { logs: [log.key], witnesses: [witness.key] };
    await expect(verifyCheckpoint(engine, alone, keys)).rejects.toThrow(badSignature);
  });

  it('a cosignature binds time and body, and is no log signature', async () => {
    const { text, signatures } = parseNote(cosigned);
    const keys = { logs: [log.key], witnesses: [witness.key] };
    const line = signatures[1];
    if (line === undefined) throw new Error('no cosignature');
    for (let bit = 0; bit < line.bytes.length * 8; bit += 5) {
      const flipped = formatNote({
        text,
        signatures: [...signatures.slice(0, 1), { ...line, bytes: flipBit(line.bytes, bit) }],
      });
      await expect(verifyCheckpoint(engine, flipped, keys)).rejects.toThrow(badSignature);
    }
    const longer = await signCheckpoint({ ...checkpoint, size: 13 }, log);
    await expect(verifyCheckpoint(engine, longer + formatNoteSignature(line), keys)).rejects.toThrow(
      badSignature,
    );
    const asLog = createNoteKey(engine, { ...witness.key, type: noteSignatureTypes.ed25519 });
    const crossed = formatNote({ text, signatures: [{ ...line, id: asLog.id, bytes: line.bytes.slice(8) }] });
    await expect(verifyNote(engine, crossed, [asLog])).rejects.toThrow(badSignature);
    await expect(cosignCheckpoint(note, log, 1)).rejects.toThrow(input);
    await expect(cosignCheckpoint(note, witness, -1)).rejects.toThrow(input);
    await expect(cosignCheckpoint('x\n\n\u2014 a AAAAAAA=\n', witness, 1)).rejects.toThrow(format);
  });
});
