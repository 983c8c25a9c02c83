/** The top class leaves the warden only under a head that the witnesses of the firm's statement have cosigned. */
import { officeId } from '@strongroom/core';
import {
  addNoteSignatures,
  cosignCheckpoint,
  createNoteKey,
  createNoteSigner,
  formatNoteKey,
  leafHash,
  nodeHash,
  noteSignatureTypes,
} from '@strongroom/ledger';
import type { NoteSigner } from '@strongroom/ledger';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AppendAnswer, AppendItem, AppendResult, CosignedNote } from '../src/index.ts';
import { engine, Firm } from './kit/firm.ts';
import type { SealedPart } from './kit/firm.ts';
import { RunningWarden } from './kit/running-warden.ts';

const waiting = 'WITNESS_WAITING';
let warden: RunningWarden;
let firm: Firm;
let part: SealedPart;
beforeEach(async () => {
  warden = await RunningWarden.start();
  firm = await Firm.create(warden.client, warden.nowMs);
  [part] = (await firm.sealParts(1)) as [SealedPart];
});
afterEach(async () => {
  await warden.remove();
});

async function makeWitness(name: string): Promise<NoteSigner> {
  const seed = engine.randomBytes(32);
  const publicKey = await engine.ed25519PublicKey(seed);
  const key = createNoteKey(engine, { name, type: noteSignatureTypes.cosignatureV1, publicKey });
  return createNoteSigner(engine, key, seed);
}

async function nameWitnesses(witnesses: readonly NoteSigner[], quorum: number): Promise<void> {
  const vkeys = witnesses.map(({ key }) => formatNoteKey(key));
  await firm.act('witnesses.named', 'firm', { vkeys, quorum, waitHours: 24 }, officeId);
}

async function cosign(note: string, witnesses: readonly NoteSigner[]): Promise<string> {
  const lines = await Promise.all(
    witnesses.map(async (one) => await cosignCheckpoint(note, one, 1_790_000_000)),
  );
  return addNoteSignatures(note, lines);
}

type Asked = { readonly item: AppendItem; readonly answer: AppendAnswer; readonly result: AppendResult };

/** A request in the ledger, and what the warden said to it. */
async function ask(): Promise<Asked & { readonly open: (result: AppendResult) => Promise<Uint8Array> }> {
  const { request, sent, kemSeed } = await firm.ask([part]);
  const item = firm.itemOf(request, sent, [part.sealed]);
  const answer = await firm.append(firm.vault, [item]);
  const result = answer.results.at(-1) as AppendResult;
  return { item, answer, result, open: async (given) => await firm.openRelease(given, sent, kemSeed) };
}

async function again({ item, result }: Asked, witnessed?: CosignedNote): Promise<AppendResult | undefined> {
  const answer = await warden.client.append({
    ledger: firm.vault,
    from: result.index,
    items: [item],
    ...(witnessed === undefined ? {} : { witnessed }),
  });
  return answer.results[0];
}

/** RFC 9162, 2.1.4.1, over everything that is in the vault's ledger. */
function proveFrom(size: number): Uint8Array[] {
  const leaves = (firm.entries.get(firm.vault) ?? []).map(({ entry }) => leafHash(engine, entry));
  const split = (length: number): number => 2 ** (Math.ceil(Math.log2(length)) - 1);
  const root = (part: readonly Uint8Array[]): Uint8Array =>
    part.length === 1
      ? (part[0] as Uint8Array)
      : nodeHash(engine, root(part.slice(0, split(part.length))), root(part.slice(split(part.length))));
  const prove = (old: number, part: readonly Uint8Array[], isWhole: boolean): Uint8Array[] => {
    if (old === part.length) return isWhole ? [] : [root(part)];
    const at = split(part.length);
    const [left, right] = [part.slice(0, at), part.slice(at)];
    return old <= at
      ? [...prove(old, left, isWhole), root(right)]
      : [...prove(old - at, right, false), root(left)];
  };
  return prove(size, leaves, true);
}

test('is held back without them, given under a cosigned head, and after a restart too', async () => {
  const witness = await makeWitness('partner.example');
  await nameWitnesses([witness], 1);
  expect((await ask()).result.release).toBeDefined();
  await firm.act('class.set', firm.room, { room: firm.room, class: 3 });
  const asked = await ask();
  expect(asked.result).toEqual({ index: asked.result.index, withheld: waiting });
  expect(await again(asked)).toEqual({ index: asked.result.index, withheld: waiting });

  const note = await cosign(asked.answer.checkpoint, [witness]);
  const given = await again(asked, { note, proof: [] });
  expect(await asked.open(given as AppendResult)).toEqual(part.wrap);

  // The ledger has grown since, and the warden knows nothing of what it was shown.
  const later = await ask();
  await warden.restart();
  firm.client = warden.client;
  expect((await again(asked))?.withheld).toBe(waiting);
  const proof = proveFrom(asked.answer.size);
  expect(await asked.open((await again(asked, { note, proof })) as AppendResult)).toEqual(part.wrap);
  // That head does not have the later line under it.
  expect((await again(later, { note, proof }))?.withheld).toBe(waiting);
  const status = await warden.client.getStatus();
  expect(status.counters['releases.unwitnessed']).toBeGreaterThan(0);
});

test('is not moved by a head that the quorum did not cosign, or that is not this ledger’s', async () => {
  const [one, two, stranger] = await Promise.all(
    ['one.example', 'two.example', 'x.example'].map(makeWitness),
  );
  if (one === undefined || two === undefined || stranger === undefined) throw new Error('three witnesses');
  await nameWitnesses([one, two], 2);
  await firm.act('class.set', firm.room, { room: firm.room, class: 3 });
  const before = await firm.client.append({
    ledger: firm.vault,
    from: firm.entries.get(firm.vault)?.length ?? 0,
    items: [],
  });
  const asked = await ask();
  const office = await firm.client.append({
    ledger: officeId,
    from: firm.entries.get(officeId)?.length ?? 0,
    items: [],
  });
  const { checkpoint } = asked.answer;
  const good = await cosign(checkpoint, [one, two]);
  const wrong: readonly [string, CosignedNote][] = [
    ['nobody', { note: checkpoint, proof: [] }],
    ['one of two', { note: await cosign(checkpoint, [one]), proof: [] }],
    ['one twice', { note: await cosign(await cosign(checkpoint, [one]), [one]), proof: [] }],
    ['a stranger', { note: await cosign(checkpoint, [one, stranger]), proof: [] }],
    ['before the line', { note: await cosign(before.checkpoint, [one, two]), proof: proveFrom(before.size) }],
    ['another ledger', { note: await cosign(office.checkpoint, [one, two]), proof: [] }],
    ['no proof of it', { note: good, proof: [engine.randomBytes(32)] }],
    ['no note', { note: 'hello\n', proof: [] }],
    ['another root', { note: good.replace(/^(.*\n.*\n)./, '$1_'), proof: [] }],
  ];
  for (const [what, witnessed] of wrong)
    expect(await again(asked, witnessed), what).toEqual({ index: asked.result.index, withheld: waiting });
  expect((await again(asked, { note: good, proof: [] }))?.release).toBeDefined();
});

test('waits for nobody once the statement has ended the witnesses', async () => {
  await nameWitnesses([await makeWitness('partner.example')], 1);
  await firm.act('class.set', firm.room, { room: firm.room, class: 3 });
  const asked = await ask();
  expect(asked.result.withheld).toBe(waiting);
  await nameWitnesses([], 0);
  expect((await again(asked))?.release).toBeDefined();
});

test('knows a version that was written in the top class, wherever it lies and after a restart', async () => {
  await nameWitnesses([await makeWitness('partner.example')], 1);
  const { record, slot, hw } = part;
  await firm.act('written', firm.room, {
    room: firm.room,
    record,
    version: 1,
    header: engine.randomBytes(32),
    kind: 'document',
    class: 3,
    wraps: [{ part: 'card', epoch: 1, slot, hw }],
  });
  expect((await ask()).result.withheld).toBe(waiting);
  await warden.restart();
  firm.client = warden.client;
  expect((await ask()).result.withheld).toBe(waiting);
});
