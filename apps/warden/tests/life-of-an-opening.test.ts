/** A firm, a record, an opening, against the real process. */
import { officeId } from '@strongroom/core';
import { verifyCheckpoint, parseNoteKey } from '@strongroom/ledger';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { concatBytes, newId } from '@strongroom/core';
import { Firm, engine } from './kit/firm.ts';
import { RunningWarden } from './kit/running-warden.ts';

let warden: RunningWarden;
let firm: Firm;
beforeEach(async () => {
  warden = await RunningWarden.start();
  firm = await Firm.create(warden.client, warden.nowMs);
});
afterEach(async () => {
  await warden.remove();
});

test('opens what a device asked for, to its key only, under a signed checkpoint', async () => {
  const parts = await firm.sealParts(3);
  const { request, sent, kemSeed } = await firm.ask(parts);
  const item = firm.itemOf(
    request,
    sent,
    parts.map(({ sealed }) => sealed),
  );
  const answer = await firm.append(firm.vault, [item]);
  const result = answer.results[0]!;
  expect(result.void).toBeUndefined();
  expect(await firm.openRelease(result, sent, kemSeed)).toEqual(
    concatBytes(...parts.map(({ wrap }) => wrap)),
  );
  await expect(firm.openRelease(result, sent, engine.randomBytes(32))).rejects.toThrow(/DECRYPT_FAILED/);
  const { vkey } = await warden.client.prepareLedger({ ledger: firm.vault });
  const verified = await verifyCheckpoint(engine, answer.checkpoint, { logs: [parseNoteKey(engine, vkey)] });
  expect(verified.size).toBe(answer.size);
  expect(verified.root).toEqual(answer.root);

  // The same item again: the same line, released again.
  const again = await warden.client.append({ ledger: firm.vault, from: result.index, items: [item] });
  expect(again.size).toBe(answer.size);
  expect(await firm.openRelease(again.results[0]!, sent, kemSeed)).toEqual(
    concatBytes(...parts.map(({ wrap }) => wrap)),
  );
  // Also after a restart.
  await warden.restart();
  firm.client = warden.client;
  const later = await warden.client.append({ ledger: firm.vault, from: result.index, items: [item] });
  expect(await firm.openRelease(later.results[0]!, sent, kemSeed)).toEqual(
    concatBytes(...parts.map(({ wrap }) => wrap)),
  );
  expect(later.root).toEqual(answer.root);
});

test('the same request in a second line is void and opens nothing; so is an old one', async () => {
  const parts = await firm.sealParts(1);
  const sealed = parts.map((part) => part.sealed);
  const { request, sent } = await firm.ask(parts);
  await firm.append(firm.vault, [firm.itemOf(request, sent, sealed)]);
  const second = await firm.append(firm.vault, [firm.itemOf(request, sent, sealed)]);
  expect(second.results[0]).toEqual({ index: second.size - 1, void: 'REQUEST_REPLAYED' });
  const old = await firm.ask(parts, { t: warden.nowMs() - 601_000 });
  const third = await firm.append(firm.vault, [firm.itemOf(old.request, old.sent, sealed)]);
  expect(third.results[0]!.void).toBe('REQUEST_STALE');
  expect(third.results[0]!.release).toBeUndefined();
  expect(await firm.bringOwn()).toEqual(['warden.refused', 'warden.refused']);
  await warden.restart();
  firm.client = warden.client;
  const fourth = await firm.append(firm.vault, [firm.itemOf(request, sent, sealed)]);
  expect(fourth.results[0]!.void).toBe('REQUEST_REPLAYED');
});

test("a request of another, a changed request, a stranger's wrap: nothing opens", async () => {
  const [one, other] = await firm.sealParts(2);
  const { request, sent } = await firm.ask([one!]);
  const swapped = await firm.append(firm.vault, [firm.itemOf(request, sent, [other!.sealed])]);
  expect(swapped.results[0]!.withheld).toBe('DECRYPT_FAILED');
  expect(swapped.results[0]!.release).toBeUndefined();
  const asked = await firm.ask([one!]);
  const forged = asked.sent.slice();
  forged[forged.length - 1]! ^= 1;
  const bad = await firm.append(firm.vault, [firm.itemOf(asked.request, forged, [one!.sealed])]);
  expect(bad.results[0]!.void).toBe('VOID_SIGNATURE');
  // The line names one record, the request another.
  const two = await firm.ask([other!]);
  const lie = {
    ...firm.itemOf(two.request, two.sent, [other!.sealed]),
    payload: firm.itemOf(asked.request, asked.sent, []).payload!,
  };
  expect((await firm.append(firm.vault, [lie])).results[0]!.void).toBe('VOID_FORM');
  const noPayload = firm.itemOf(two.request, two.sent, [other!.sealed]);
  const { payload: _payload, ...bare } = noPayload;
  expect((await firm.append(firm.vault, [bare])).results[0]!.void).toBe('VOID_FORM');
});

test('other bytes for an index are a fork: no release on that ledger, also after a restart', async () => {
  const parts = await firm.sealParts(1);
  const items = firm.entries.get(firm.vault)!;
  await expect(
    warden.client.append({ ledger: firm.vault, from: 0, items: [{ entry: items[1]!.entry }] }),
  ).rejects.toMatchObject({ code: 'LEDGER_FORKED' });
  await expect(firm.open(parts)).rejects.toMatchObject({ code: 'LEDGER_FORKED' });
  await warden.restart();
  const hello = await warden.client.hello();
  expect(hello.ledgers.find(({ ledger }) => ledger === firm.vault)!.isForked).toBe(true);
  expect(hello.ledgers.find(({ ledger }) => ledger === officeId)!.isForked).toBe(false);
});

test('a gap, an unknown ledger and a vault ahead of the office are refused', async () => {
  const { client } = warden;
  const entry = firm.entries.get(firm.vault)![0]!.entry;
  await expect(client.append({ ledger: firm.vault, from: 99, items: [{ entry }] })).rejects.toMatchObject({
    code: 'LEDGER_GAP',
    details: { size: firm.vaultState.size },
  });
  const unknown = `vlt_${'b'.repeat(25)}a`;
  await expect(client.append({ ledger: unknown, from: 0, items: [] })).rejects.toMatchObject({
    code: 'LEDGER_UNKNOWN',
  });
  firm.entries.get(officeId)!.push({ entry });
  await expect(firm.act('class.set', firm.room, { room: firm.room, class: 2 })).rejects.toMatchObject({
    code: 'OFFICE_BEHIND',
  });
});

test('void entries keep their index and get a line of the warden', async () => {
  const answer = await firm.append(firm.vault, [{ entry: Uint8Array.of(1, 2, 3) }]);
  expect(answer.results[0]!.void).toBe('VOID_FORM');
  expect(answer.own).toHaveLength(1);
  expect(await firm.bringOwn()).toEqual(['warden.refused']);
  expect((await warden.client.tick()).own).toEqual([]);
});

test('with an own entry out for over ten seconds nothing is released, until it is back', async () => {
  const parts = await firm.sealParts(1);
  await firm.append(firm.vault, [{ entry: Uint8Array.of(1) }]);
  expect(await firm.open(parts)).toEqual(parts[0]!.wrap);
  await warden.advance(11_000);
  expect(await firm.open(parts)).toBe('WARDEN_WAITING');
  await firm.bringOwn();
  expect(await firm.open(parts)).toEqual(parts[0]!.wrap);
});

test('a known request is not acted on again for a device that was cut off meanwhile', async () => {
  const parts = await firm.sealParts(1);
  await firm.append(firm.vault, [{ entry: Uint8Array.of(1) }]);
  await warden.advance(11_000);
  const { request, sent } = await firm.ask(parts);
  const item = firm.itemOf(request, sent, [parts[0]!.sealed]);
  const first = await firm.append(firm.vault, [item]);
  expect(first.results[0]!.withheld).toBe('WARDEN_WAITING');
  await firm.bringOwn();
  const again = { ledger: firm.vault, from: first.results[0]!.index, items: [item] };
  expect((await warden.client.append(again)).results[0]!.release).toBeDefined();
  await firm.act('device.frozen', 'firm', { device: firm.owner.device }, officeId);
  const after = await warden.client.append(again);
  expect(after.results[0]).toEqual({ index: again.from, withheld: 'VOID_SIGNER' });
});

test('an append brings the heads that it is asked for, with its entries in them; none while the office is forked', async () => {
  const { decodeHeads, verifyHeads } = await import('@strongroom/authority');
  const from = firm.entries.get(firm.vault)!.length;
  const parts = await firm.sealParts(1);
  const { request, sent } = await firm.ask(parts);
  const ask = { ledger: firm.vault, from, heads: [[firm.room], []] };
  const item = firm.itemOf(request, sent, [parts[0]!.sealed]);
  const answer = await warden.client.append({ ...ask, items: [item] });
  const signed = answer.heads!.map(decodeHeads);
  expect(signed.map(({ heads }) => Object.keys(heads.chains))).toEqual([[firm.room], []]);
  for (const one of signed) {
    expect(await verifyHeads(engine, one, firm.wardenKey)).toBe(true);
    expect(one.heads).toMatchObject({ l: firm.vault, size: from + 1, root: answer.root });
  }
  expect(signed[0]!.heads.chains[firm.room]).toEqual([2, firm.vaultState.rooms.get(firm.room)!.chain.head]);
  await expect(warden.client.append({ ...ask, items: [], heads: [['dev']] })).rejects.toMatchObject({
    code: 'INPUT_INVALID',
  });

  const entry = firm.entries.get(firm.vault)![0]!.entry;
  await warden.client.append({ ledger: officeId, from: 0, items: [{ entry }] }).catch(() => undefined);
  expect((await warden.client.append({ ...ask, items: [item] })).heads).toBeUndefined();
});

test('no heads are signed for a forked ledger, nor for a vault whose office is forked', async () => {
  const ask = { ledger: firm.vault, chains: [firm.room] };
  const entry = firm.entries.get(firm.vault)![0]!.entry;
  await expect(warden.client.append({ ledger: officeId, from: 0, items: [{ entry }] })).rejects.toMatchObject(
    { code: 'LEDGER_FORKED' },
  );
  await expect(warden.client.getHeads({ ledger: officeId, chains: ['firm'] })).rejects.toMatchObject({
    code: 'LEDGER_FORKED',
  });
  await expect(warden.client.getHeads(ask)).rejects.toMatchObject({ code: 'LEDGER_FORKED' });
});

test('an entry judged at an office size over a minute old is void', async () => {
  const stale = firm.entries.get(officeId)!.length;
  const kit = firm.bodyOf('role.granted', 'firm', { person: firm.owner.person, role: 'officer' }, officeId);
  await firm.submit(kit, [{ id: firm.owner.device, seed: firm.owner.seed }]);
  await warden.advance(61_000);
  const all = firm.entries.get(officeId)!;
  const kept = all.pop()!;
  expect(all).toHaveLength(stale);
  const parts = await firm.sealParts(1);
  expect(await firm.open(parts)).toBe('OFFICE_STALE');
  all.push(kept);
  expect(await firm.open(parts)).toEqual(parts[0]!.wrap);
});

test('a frozen device gets nothing, whatever office size the server names', async () => {
  const parts = await firm.sealParts(1);
  await firm.act('device.frozen', 'firm', { device: firm.owner.device }, officeId).catch(() => undefined);
  firm.entries.get(officeId)!.pop();
  const answer = await firm.open(parts);
  expect(answer).toBe('VOID_SIGNER');
});

test('heads are signed over what is durable', async () => {
  const { heads } = await warden.client.getHeads({ ledger: firm.vault, chains: [firm.room, 'firm'] });
  const { decodeHeads, verifyHeads } = await import('@strongroom/authority');
  const signed = decodeHeads(heads);
  expect(await verifyHeads(engine, signed, firm.wardenKey)).toBe(true);
  expect(signed.heads.size).toBe(firm.vaultState.size);
  expect(signed.heads.chains[firm.room]).toEqual([2, firm.vaultState.rooms.get(firm.room)!.chain.head]);
});

test('many appends at once stay in order, and each is answered for what is durable', async () => {
  const parts = await firm.sealParts(8);
  const items = await Promise.all(
    parts.map(async (part) => {
      const { request, sent, kemSeed } = await firm.ask([part]);
      return { item: firm.itemOf(request, sent, [part.sealed]), sent, kemSeed, part };
    }),
  );
  const all = firm.entries.get(firm.vault)!;
  const from = all.length;
  all.push(...items.map(({ item }) => item));
  const calls = items.map(({ item }, place) =>
    warden.client.append({ ledger: firm.vault, from: from + place, items: [item] }),
  );
  // The same again while the first are under way.
  calls.push(warden.client.append({ ledger: firm.vault, from, items: items.map(({ item }) => item) }));
  const answers = await Promise.all(calls);
  for (const [place, { sent, kemSeed, part }] of items.entries()) {
    expect(answers[place]!.size).toBe(from + place + 1);
    expect(await firm.openRelease(answers[place]!.results[0]!, sent, kemSeed)).toEqual(part.wrap);
    expect(await firm.openRelease(answers.at(-1)!.results[place]!, sent, kemSeed)).toEqual(part.wrap);
  }
});

test('a list gives the cards of the signed rows only; a ceiling is a refusal', async () => {
  const { listHash } = await import('@strongroom/authority');
  const parts = await firm.sealParts(3);
  const rows = parts.map(({ record, slot, hw }) => [record, 1, slot, hw] as const);
  const list = {
    k: 'list',
    room: firm.room,
    lo: parts[0]!.slot,
    hi: parts[2]!.slot,
    count: 3,
    hash: listHash(engine, rows),
    parts: undefined,
  };
  const askList = async (change: object): Promise<Awaited<ReturnType<Firm['ask']>>> => {
    const { parts: _parts, ...fields } = { ...list, ...change };
    return await firm.askFor(fields);
  };
  const sealed = parts.map((part) => part.sealed);
  const good = await askList({});
  const item = { ...firm.itemOf(good.request, good.sent, sealed), rows };
  const answer = await firm.append(firm.vault, [item]);
  expect(await firm.openRelease(answer.results[0]!, good.sent, good.kemSeed)).toEqual(
    concatBytes(...parts.map(({ wrap }) => wrap)),
  );
  const other = await askList({});
  const swapped = { ...firm.itemOf(other.request, other.sent, sealed), rows: [rows[0]!, rows[1]!, rows[1]!] };
  expect((await firm.append(firm.vault, [swapped])).results[0]!.withheld).toBe('REQUEST_INVALID');
  const much = await askList({ count: 19_995 });
  expect((await firm.append(firm.vault, [firm.itemOf(much.request, much.sent, [])])).results[0]!.void).toBe(
    'RELEASE_LIMIT',
  );
  // 6 are counted so far. One short of the ceiling a key of one cache is judged, two are too many: a key counts as a card.
  const most = await askList({ count: 19_993 });
  expect(
    (await firm.append(firm.vault, [firm.itemOf(most.request, most.sent, [])])).results[0]!.withheld,
  ).toBe('REQUEST_INVALID');
  const hw = new Uint8Array(32);
  for (const [rooms, refusal] of [
    [[firm.room], 'VOID_RIGHT'],
    [[firm.room, newId(engine, 'rom')], 'RELEASE_LIMIT'],
  ] as const) {
    const lease = await firm.askFor({
      k: 'lease',
      rooms: rooms.map((room) => [room, 1, hw]),
      kept: 2,
      purpose: 'sync',
    });
    expect(
      (await firm.append(firm.vault, [firm.itemOf(lease.request, lease.sent, [])])).results[0]!.void,
    ).toBe(refusal);
  }
});
