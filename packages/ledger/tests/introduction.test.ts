import { createNodeEngine } from '@strongroom/core/node';
import {
  createNoteKey,
  createNoteSigner,
  formatNoteKey,
  noteSignatureTypes,
  parseCheckpoint,
  parseIntroduction,
  parseNote,
  signIntroduction,
  signNote,
  verifyIntroduction,
} from '@strongroom/ledger';
import type { NoteSigner } from '@strongroom/ledger';
import { expect, test } from 'vitest';

const engine = createNodeEngine();

async function makeLog(name: string, type: 1 | 4 = noteSignatureTypes.ed25519): Promise<NoteSigner> {
  const seed = engine.randomBytes(32);
  const key = createNoteKey(engine, { name, type, publicKey: await engine.ed25519PublicKey(seed) });
  return createNoteSigner(engine, key, seed);
}

const office = 'strongroom/frm_one/vlt_office/0';
const vault = 'strongroom/frm_one/vlt_two/0';

test('a ledger introduces another of its firm, and no checkpoint can be made of that', async () => {
  const [by, about] = [await makeLog(office), await makeLog(vault)];
  const note = await signIntroduction(by, about.key);
  const { by: speaker, key } = parseIntroduction(engine, note);
  expect([speaker, formatNoteKey(key)]).toEqual([office, formatNoteKey(about.key)]);
  await verifyIntroduction(engine, note, by.key);
  expect(() => parseCheckpoint(parseNote(note).text)).toThrow();
});

test('it speaks for no other firm, not for itself, and nobody else speaks for it', async () => {
  const by = await makeLog(office);
  for (const origin of [
    'strongroom/frm_other/vlt_two/0',
    office,
    'vlt_two/0',
    'strongroom/frm_one/x/vlt_two/0',
  ])
    await expect(signIntroduction(by, (await makeLog(origin)).key), origin).rejects.toThrow();
  const [about, thief] = [await makeLog(vault), await makeLog(office)];
  const forged = await signIntroduction(thief, about.key);
  await expect(verifyIntroduction(engine, forged, by.key)).rejects.toMatchObject({
    code: 'SIGNATURE_INVALID',
  });
});

test.each([
  ['another first line', (vkey: string) => `strongroom/ledger-of/v2\n${office}\n${vkey}\n`],
  ['a line too many', (vkey: string) => `strongroom/ledger-of/v1\n${office}\n${vkey}\nmore\n`],
  ['a line too few', () => `strongroom/ledger-of/v1\n${office}\n`],
  ['another firm', (vkey: string) => `strongroom/ledger-of/v1\nstrongroom/frm_other/vlt_office/0\n${vkey}\n`],
])('%s is no introduction', async (_, makeText) => {
  const [by, about] = [await makeLog(office), await makeLog(vault)];
  const note = await signNote(makeText(formatNoteKey(about.key)), [by]);
  expect(() => parseIntroduction(engine, note)).toThrow();
});

test('a witness’s key is no ledger’s', async () => {
  const by = await makeLog(office);
  const witness = await makeLog(vault, noteSignatureTypes.cosignatureV1);
  const note = await signNote(`strongroom/ledger-of/v1\n${office}\n${formatNoteKey(witness.key)}\n`, [by]);
  expect(() => parseIntroduction(engine, note)).toThrow();
});
