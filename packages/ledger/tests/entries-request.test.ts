/** What a witness signs to read entries: its own, of one ledger and bundle, and never anything that counts as a cosignature. */
import { encodeUtf8 } from '@strongroom/core';
import {
  formatNote,
  noteSignatureTypes,
  parseCheckpoint,
  parseEntriesRequest,
  parseNote,
  signEntriesRequest,
  signNote,
  verifyEntriesRequest,
} from '@strongroom/ledger';
import { expect, test } from 'vitest';
import { createTestSigner, engine } from './memory-ledger.ts';

const origin = 'strongroom/frm_one/vlt_two/0';
const witness = await createTestSigner('witness.example/1', 3, noteSignatureTypes.cosignatureV1);
const other = await createTestSigner('witness.example/2', 4, noteSignatureTypes.cosignatureV1);
const thief = await createTestSigner('witness.example/1', 5, noteSignatureTypes.cosignatureV1);
const log = await createTestSigner(origin, 1);
const asked = { origin, index: 12_345, width: 17 };
const note = await signEntriesRequest(witness, asked, 1_800_000_000);

test('says who asks, for what, and when', async () => {
  expect(await verifyEntriesRequest(engine, note, [other.key, witness.key])).toEqual({
    ...asked,
    key: witness.key,
    signedAtSeconds: 1_800_000_000,
  });
  expect(parseEntriesRequest(encodeUtf8(note))).toEqual(asked);
  const full = await signEntriesRequest(witness, { origin, index: 0, width: 256 }, 0);
  expect(full.split('\n').slice(0, 3)).toEqual(['strongroom/entries-of/v1', origin, 'tile/entries/000']);
});

test('can be taken for no checkpoint, so nobody has a cosignature by it', () => {
  expect(() => parseCheckpoint(parseNote(note).text)).toThrow();
});

test('whoever is not named, or has another key of that name, has not asked', async () => {
  for (const keys of [[], [other.key], [thief.key], [log.key]])
    await expect(verifyEntriesRequest(engine, note, keys)).rejects.toMatchObject({
      code: 'SIGNATURE_INVALID',
    });
  await expect(signEntriesRequest(log, asked, 1)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
});

test.each([
  ['another bundle', note.replace('345.p/17', '346.p/17')],
  ['more of it', note.replace('.p/17', '.p/18')],
  ['another ledger', note.replace('vlt_two', 'vlt_six')],
])('changed on its way to %s, it is signed by nobody', async (_, changed) => {
  expect(changed).not.toBe(note);
  await expect(verifyEntriesRequest(engine, changed, [witness.key])).rejects.toMatchObject({
    code: 'SIGNATURE_INVALID',
  });
});

test('a later time is not signed', async () => {
  const { text, signatures } = parseNote(note);
  const [signature] = signatures;
  if (signature === undefined) throw new Error('unsigned');
  const bytes = signature.bytes.slice();
  bytes[7] = (bytes[7] ?? 0) + 1;
  const later = formatNote({ text, signatures: [{ ...signature, bytes }] });
  await expect(verifyEntriesRequest(engine, later, [witness.key])).rejects.toMatchObject({
    code: 'SIGNATURE_INVALID',
  });
});

test.each([
  ['another first line', `strongroom/entries-of/v2\n${origin}\ntile/entries/000\n`],
  ['a line too many', `strongroom/entries-of/v1\n${origin}\ntile/entries/000\nmore\n`],
  ['a line too few', `strongroom/entries-of/v1\n${origin}\n`],
  ['no origin', 'strongroom/entries-of/v1\na b\ntile/entries/000\n'],
  ['a hash tile', `strongroom/entries-of/v1\n${origin}\ntile/0/000\n`],
  ['no tile', `strongroom/entries-of/v1\n${origin}\n../../config.json\n`],
])('%s is no request', async (_, text) => {
  const signed = await signNote(text, [log]);
  expect(() => parseEntriesRequest(signed)).toThrow(expect.objectContaining({ code: 'FORMAT_INVALID' }));
});

test('one that two signed is no request', async () => {
  const second = parseNote(await signEntriesRequest(other, asked, 1_800_000_000)).signatures;
  const { text, signatures } = parseNote(note);
  const both = formatNote({ text, signatures: [...signatures, ...second] });
  expect(() => parseEntriesRequest(both)).toThrow(expect.objectContaining({ code: 'FORMAT_INVALID' }));
});
