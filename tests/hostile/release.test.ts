/** What the warden gives out, and to whom, when the server that asks it is hostile or broken. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeRequest, payloadCommitment } from '@strongroom/authority';
import * as core from '@strongroom/core';
import { connectWarden, startWarden } from '@strongroom/warden';
import { getAttack } from './harness/attacks.ts';
import { WardenFirm } from './harness/warden-firm.ts';
import type { PaperRecord } from './harness/warden-firm.ts';
import type { Submitted } from './harness/warden-world.ts';

let firm: WardenFirm;
let record: PaperRecord;
let other: PaperRecord;

beforeAll(async () => {
  firm = await WardenFirm.found();
  record = await firm.write(firm.member, firm.room);
  other = await firm.write(firm.member, firm.room);
});
afterAll(async () => await firm.remove());

function expectNoRelease(id: string, line: Submitted): void {
  expect(line.release).toBeUndefined();
  expect(getAttack(id).expected).toContain(line.void ?? line.withheld);
}

test('an honest opening gives the card', async () => {
  expect(await firm.read(await firm.open(firm.member, record), record)).toEqual({ name: 'paper' });
});

describe('F10: a former member with the room key and a copy of the data', () => {
  test('F10: with neither the warden nor its state, the room key opens no sealed wrap', async () => {
    const { engine } = firm;
    const epochKey = firm.epochKeys.get(firm.room)?.[0] ?? new Uint8Array(0);
    // All that lies in the data of a record: the sealed wrap, its contexts, the header, the card.
    const context = { ...sealContextOf(record), vault: firm.vault };
    for (const wrap of [
      record.sealed.subarray(12, 60),
      record.sealed.subarray(28, 76),
      record.sealed.subarray(0, 48),
    ]) {
      await expect(
        core.unwrapContentKey(engine, { epochKey, context: record.wrapContext, wrap }),
      ).rejects.toMatchObject({ code: 'DECRYPT_FAILED' });
    }
    for (const leafKey of [epochKey, record.contentKey, new Uint8Array(32), engine.sha256(epochKey)]) {
      await expect(
        core.openSealedWrap(engine, { leafKey, context, sealed: record.sealed }),
      ).rejects.toMatchObject({ code: 'DECRYPT_FAILED' });
    }
  });

  test('F10: a fresh warden, told that he is a member, releases nothing of the copy', async () => {
    // The former member has the data, so he can give a warden of his own the same ids and every right in them.
    const own = await WardenFirm.found(firm);
    try {
      const opening = await own.open(own.member, record);
      expectNoRelease('F10', opening.line);
      expect(opening.line.void, 'every right is there: it is the seal that does not open').toBeUndefined();
    } finally {
      await own.remove();
    }
  });

  test('F10: a fresh warden that is shown the copied ledger takes none of it for its own', async () => {
    const opening = await firm.open(firm.member, record);
    const home = mkdtempSync(join(tmpdir(), 'sr-fresh-'));
    const warden = await startWarden({ home });
    const client = connectWarden(warden.socketPath);
    try {
      await client.prepareLedger({ ledger: core.officeId, firm: firm.firm });
      await client.prepareLedger({ ledger: firm.vault });
      for (const ledger of [core.officeId, firm.vault]) {
        const entries = firm.ledger(ledger).entries.slice(0, ledger === core.officeId ? undefined : -1);
        await client.append({ ledger, from: 0, items: entries.map((entry) => ({ entry })) });
      }
      const payload = firm.payloadOf(core.encodeCbor([opening.signed]));
      const entry = makeLine(opening.line.entry, payload);
      const from = firm.ledger(firm.vault).entries.length - 1;
      const items = [{ entry, payload, wraps: [record.sealed] }];
      const { results } = await client.append({ ledger: firm.vault, from, items });
      expect(results[0]?.release).toBeUndefined();
      expect(getAttack('F10').expected).toContain(results[0]?.void ?? results[0]?.withheld);
    } finally {
      await client.close();
      await warden.stop();
      rmSync(home, { recursive: true, force: true });
    }
  });
});

describe('J4: a release for another device', () => {
  test('J4: a request whose key was exchanged is void', async () => {
    const { engine } = firm;
    const thief = await engine.hpkePublicKey(engine.randomBytes(32));
    const opening = await firm.open(firm.member, record, {
      tamper: (signed) => {
        const { request, signature } = decodeRequest(signed);
        return core.encodeCbor([core.encodeCbor({ ...request, pk: thief }), signature]);
      },
    });
    expectNoRelease('J4', opening.line);
  });

  test('J4: a release opens with the key of its own request only', async () => {
    const [mine, theirs] = [await firm.open(firm.member, record), await firm.open(firm.officer, record)];
    await expect(firm.read({ ...mine, seed: theirs.seed }, record)).rejects.toMatchObject({
      code: 'DECRYPT_FAILED',
    });
    await expect(firm.read({ ...mine, line: theirs.line }, record)).rejects.toMatchObject({
      code: 'DECRYPT_FAILED',
    });
    expect(await firm.read(mine, record)).toEqual({ name: 'paper' });
  });

  test('J4: a device that signs for another person’s device gets nothing', async () => {
    expectNoRelease('J4', (await firm.open(firm.member, record, { signer: firm.stranger.device })).line);
  });
});

describe('J5: the wrap of another record', () => {
  test('J5: another record’s sealed wrap in place of the one asked for is not opened', async () => {
    expectNoRelease('J5', (await firm.open(firm.member, record, { sealed: other.sealed })).line);
  });

  test('J5: a request that names another record’s slot or context is not answered with its wrap', async () => {
    const [part] = (await firm.open(firm.member, record)).request.parts;
    if (part === undefined) throw new Error('no part');
    const [room, id, version, kind, , hw] = part;
    for (const parts of [
      [[room, id, version, kind, other.slot, hw]],
      [[room, id, version, kind, other.slot, other.hw]],
      [[room, other.record, version, kind, record.slot, hw]],
      [[room, id, 2, kind, record.slot, hw]],
    ] as const) {
      for (const sealed of [record.sealed, other.sealed]) {
        expectNoRelease('J5', (await firm.open(firm.member, record, { change: { parts }, sealed })).line);
      }
    }
  });

  test('J5: the bare wrap of another record does not unwrap under this one', async () => {
    const released = await firm.open(firm.member, other);
    await expect(firm.read(released, record)).rejects.toMatchObject({ code: 'DECRYPT_FAILED' });
  });
});

describe('J6: a slot twice', () => {
  test('J6: a wrap is sealed only for a slot that was handed out, for the room it was handed to', async () => {
    const { engine, vault, room, otherRoom } = firm;
    const { first } = await firm.client.takeSlots({ vault, room: otherRoom, hour: 0, count: 4 });
    const { first: next } = await firm.client.takeSlots({ vault, room, hour: 0, count: 4 });
    expect(next, 'no slot is given twice').toBeGreaterThanOrEqual(first + 4);
    const context = { record: record.record, version: 1, part: 'card', wrapContextHash: record.hw } as const;
    for (const place of [
      { room, slot: first },
      { room, slot: next + 4 },
      { room: otherRoom, slot: next },
    ]) {
      await expect(firm.seal({ ...context, ...place }, engine.randomBytes(48))).rejects.toThrow(
        'SLOT_UNKNOWN',
      );
    }
  });
});

describe('J11: the line cannot be made durable', () => {
  test.each(['warden.journal.before-write', 'warden.journal.after-write'])(
    'J11: no release when the warden fails at %s, and the same request once afterwards',
    async (point) => {
      const own = await WardenFirm.found();
      try {
        const asked = await own.write(own.member, own.room);
        const sizeBefore = own.ledger(own.vault).entries.length;
        await own.control.arm(point, 'fail');
        const failure = await own.open(own.member, asked).then(
          ({ line }) => line,
          (error: unknown) => error as { readonly code: string },
        );
        expect(failure).not.toHaveProperty('release');
        expect(getAttack('J11').expected).toContain((failure as { readonly code?: string }).code);
        expect(own.ledger(own.vault).entries.length).toBe(sizeBefore);
        await own.stop();
        await own.start();
        expect((await own.resend()).release, 'the same line, once it is durable').toBeDefined();
        expect(own.ledger(own.vault).entries.length).toBe(sizeBefore + 1);
        expect(await own.read(await own.open(own.member, asked), asked)).toEqual({ name: 'paper' });
      } finally {
        await own.remove();
      }
    },
  );

  test('J11: no release without the warden', async () => {
    const own = await WardenFirm.found();
    try {
      const asked = await own.write(own.member, own.room);
      await own.stop();
      await expect(own.open(own.member, asked)).rejects.toMatchObject({ name: 'DependencyError' });
      await own.start();
      expect((await own.open(own.member, asked)).line.release).toBeDefined();
    } finally {
      await own.remove();
    }
  });
});

describe('J3: a ledger that is rewritten', () => {
  test('J3: other bytes at an index that was appended fork the ledger: nothing is released any more', async () => {
    const own = await WardenFirm.found();
    try {
      const asked = await own.write(own.member, own.room);
      const opening = await own.open(own.member, asked);
      const { entries } = own.ledger(own.vault);
      const [older] = entries;
      if (older === undefined) throw new Error('no entry');
      await expect(
        own.client.append({ ledger: own.vault, from: opening.line.index, items: [{ entry: older }] }),
      ).rejects.toMatchObject({ code: 'LEDGER_FORKED' });
      await expect(own.open(own.member, asked)).rejects.toMatchObject({ code: 'LEDGER_FORKED' });
    } finally {
      await own.remove();
    }
  });

  test('J3: a ledger that leaves entries out is not appended to', async () => {
    const own = await WardenFirm.found();
    try {
      const asked = await own.write(own.member, own.room);
      const from = own.ledger(own.vault).entries.length + 1;
      await expect(
        own.client.append({ ledger: own.vault, from, items: [{ entry: asked.written.entry }] }),
      ).rejects.toMatchObject({ code: 'LEDGER_GAP' });
      expect((await own.open(own.member, asked)).line.release).toBeDefined();
    } finally {
      await own.remove();
    }
  });
});

function sealContextOf({ record: id, slot, wrapContext, hw }: PaperRecord): Omit<core.SealContext, 'vault'> {
  return { slot, record: id, version: 1, part: 'card', room: wrapContext.room, wrapContextHash: hw };
}

/** The same line with a payload of its own salt. */
function makeLine(entry: Uint8Array, payload: Uint8Array): Uint8Array {
  const fields = core.decodeCbor(entry) as core.CborValue[];
  fields[5] = payloadCommitment(firm.engine, payload.subarray(0, 32), payload.subarray(32));
  return core.encodeCbor(fields);
}
