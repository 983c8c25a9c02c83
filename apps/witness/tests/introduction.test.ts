/** A log that comes by the word of one that is trusted: the answers of docs/spec/witness.md, section 2. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createNoteKey,
  createNoteSigner,
  formatNoteKey,
  noteSignatureTypes,
  signIntroduction,
} from '@strongroom/ledger';
import type { NoteSigner } from '@strongroom/ledger';
import { afterAll, expect, it } from 'vitest';
import { initWitness, openWitnessHome, startWitness, trustLog } from '../src/index.ts';
import { engine } from './kit/small-log.ts';

const folder = mkdtempSync(join(tmpdir(), 'sr-introduced-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function makeLog(name: string): Promise<NoteSigner> {
  const seed = engine.randomBytes(32);
  const publicKey = await engine.ed25519PublicKey(seed);
  return createNoteSigner(
    engine,
    createNoteKey(engine, { name, type: noteSignatureTypes.ed25519, publicKey }),
    seed,
  );
}

it('trusts a firm’s further ledgers on the word of the firm’s key, and of no other', async () => {
  const home = join(folder, 'home');
  await initWitness({ engine, home, name: 'witness.example/1' });
  const office = await makeLog('strongroom/frm/office/0');
  const vault = await makeLog('strongroom/frm/vault/0');
  const { heads } = await openWitnessHome(engine, home, 'look');
  trustLog(engine, heads, formatNoteKey(office.key));
  heads.close();
  const witness = await startWitness({ home, listening: { port: 0 } });
  const post = async (body: string, method = 'POST'): Promise<number> =>
    (await fetch(`${witness.url}/add-log`, { method, ...(method === 'POST' ? { body } : {}) })).status;
  try {
    const thief = await makeLog(office.key.name);
    const stranger = await makeLog('strongroom/other/office/0');
    expect(await post('hello\n')).toBe(400);
    expect(await post('x'.repeat(70_000))).toBe(413);
    expect(await post('', 'GET')).toBe(405);
    expect(await post(await signIntroduction(thief, vault.key))).toBe(403);
    expect(
      await post(await signIntroduction(stranger, (await makeLog('strongroom/other/vault/0')).key)),
    ).toBe(404);
    const trusted = async (): Promise<string[]> => {
      const opened = await openWitnessHome(engine, home, 'look');
      const list = opened.heads.list().map(({ vkey }) => vkey);
      opened.heads.close();
      return list;
    };
    expect(await trusted()).toEqual([formatNoteKey(office.key)]);

    const introduction = await signIntroduction(office, vault.key);
    expect([await post(introduction), await post(introduction)]).toEqual([200, 200]);
    expect(await trusted()).toEqual([formatNoteKey(office.key), formatNoteKey(vault.key)]);
    // An origin keeps its first key, whoever speaks.
    const second = await makeLog(vault.key.name);
    expect(await post(await signIntroduction(office, second.key))).toBe(409);
    expect(await trusted()).toEqual([formatNoteKey(office.key), formatNoteKey(vault.key)]);
    // Another warden signs from now on: the office's new key is given by hand, and speaks for each of its vaults, once.
    const [next, third] = [await makeLog(office.key.name), await makeLog(vault.key.name)];
    expect(await post(await signIntroduction(next, third.key))).toBe(403);
    const opened = await openWitnessHome(engine, home, 'look');
    expect(() => trustLog(engine, opened.heads, formatNoteKey(next.key))).toThrow(
      expect.objectContaining({ code: 'TARGET_EXISTS' }),
    );
    trustLog(engine, opened.heads, formatNoteKey(next.key), { isInstead: true });
    opened.heads.close();
    expect(await post(await signIntroduction(office, second.key))).toBe(403);
    expect(await post(await signIntroduction(next, third.key))).toBe(200);
    expect(await trusted()).toEqual([formatNoteKey(next.key), formatNoteKey(third.key)]);
    expect(await post(await signIntroduction(next, second.key))).toBe(409);
  } finally {
    await witness.close();
  }
});

it('lets no replaced key speak for another ledger of the firm', async () => {
  const home = join(folder, 'replaced');
  await initWitness({ engine, home, name: 'witness.example/2' });
  const office = await makeLog('strongroom/frm/office/0');
  const [one, two] = [await makeLog('strongroom/frm/one/0'), await makeLog('strongroom/frm/two/0')];
  const { heads } = await openWitnessHome(engine, home, 'look');
  for (const { key } of [office, one, two]) trustLog(engine, heads, formatNoteKey(key));
  // The warden was replaced, and the old one is in other hands with the keys that it had.
  const next = await makeLog(office.key.name);
  trustLog(engine, heads, formatNoteKey(next.key), { isInstead: true });
  heads.close();
  const witness = await startWitness({ home, listening: { port: 0 } });
  const post = async (body: string): Promise<number> =>
    (await fetch(`${witness.url}/add-log`, { method: 'POST', body })).status;
  try {
    const [theirs, ours] = [await makeLog(two.key.name), await makeLog(two.key.name)];
    expect(await post(await signIntroduction(one, theirs.key))).toBe(409);
    expect(await post(await signIntroduction(next, ours.key))).toBe(200);
    // Who has been introduced under the new key speaks again.
    const oursToo = await makeLog(one.key.name);
    expect(await post(await signIntroduction(ours, oursToo.key))).toBe(200);
  } finally {
    await witness.close();
  }
});
