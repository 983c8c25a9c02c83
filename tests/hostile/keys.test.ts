/** A server that gives out keys, names and parameters of its own. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeEntry, encodeEntry } from '@strongroom/authority';
import type { Body } from '@strongroom/authority';
import * as core from '@strongroom/core';
import type { PersonId } from '@strongroom/core';
import { unlock } from '@strongroom/device';
import type { Device } from '@strongroom/device';
import { endpoints } from '@strongroom/protocol';
import { assertRefused } from './harness/assert-refused.ts';
import { createCollectingSink } from './harness/collecting-sink.ts';
import type { CollectingSink } from './harness/collecting-sink.ts';
import type { DeviceHome } from './harness/device-home.ts';
import { answerRaw } from './harness/hostile-server.ts';
import type { AnswerOf } from './harness/hostile-server.ts';
import { RawMember } from './harness/raw-member.ts';
import { contentOf, foundOffice, sourceOf } from './harness/real-firm.ts';
import type { Office } from './harness/real-firm.ts';

let office: Office;

beforeAll(async () => {
  office = await foundOffice();
}, 180_000);
afterAll(async () => await office.firm.remove());

const openOther = async (device: Device, sink: CollectingSink): Promise<void> => {
  await device.records.open({ record: office.other, sink, purpose: 'work' });
  expect(Buffer.compare(sink.shown, contentOf('other'))).toBe(0);
};

/** Changes the bodies of entries, with the signatures that were there. */
function alterBodies(home: DeviceHome, alter: (body: Body) => Body | undefined): void {
  home.server.attack('sync', async ({ pass }) => {
    const answer = await pass();
    const entries = answer.entries.map(({ index, entry }) => {
      const { body, officeSize, atMs, sigs, payload } = decodeEntry(entry);
      const altered = alter(body);
      if (altered === undefined) return { index, entry };
      return {
        index,
        entry: encodeEntry({ officeSize, atMs, body: core.encodeCbor(altered), sigs, payload }),
      };
    });
    return { ...answer, entries };
  });
}

/** A person who joins after every device was copied: nobody knows his keys yet. */
async function join(): Promise<{ readonly home: DeviceHome; readonly person: PersonId }> {
  return await office.firm.enrol(office.owner);
}

describe('A1: the public key of a member', () => {
  test('A1: a key of the server’s own in a newcomer’s enrolment is refused; nothing is wrapped to it', async () => {
    const home = office.owner.copy();
    await (await home.device()).sync();
    const { person } = await join();
    const { engine } = home.environment;
    const foreign = await engine.hpkePublicKey(engine.randomBytes(32));
    alterBodies(home, (body) =>
      body.k === 'person.enrolled' && body.person === person
        ? { ...body, generation: { ...body.generation, kem: foreign } }
        : undefined,
    );
    const { room } = office;
    const grant = async (device: Device): Promise<unknown> => await device.access.grant({ room, person });
    await assertRefused(home, 'A1', { run: grant, honest: grant, foreignKeys: [foreign] });
  });

  test('A1: a newer generation of the server’s own is refused', async () => {
    const home = office.owner.copy();
    await (await home.device()).sync();
    const { person } = await join();
    const { engine } = home.environment;
    const foreign = await engine.hpkePublicKey(engine.randomBytes(32));
    home.server.attack('sync', async ({ pass }) => {
      const answer = await pass();
      const enrolled = answer.entries
        .map(({ entry }) => decodeEntry(entry))
        .find(({ body }) => body.k === 'person.enrolled');
      if (enrolled === undefined || enrolled.body.k !== 'person.enrolled') return answer;
      const { l, d, t, pos } = enrolled.body;
      const body = core.encodeCbor({
        k: 'generation.made',
        l,
        d,
        t,
        pos,
        c: [person, 2, new Uint8Array(32)],
        n: 2,
        kem: foreign,
        boxesHash: new Uint8Array(32),
        previousHash: new Uint8Array(32),
      });
      const sigs = [[d, new Uint8Array(64)]] as const;
      const entry = encodeEntry({ officeSize: null, atMs: enrolled.atMs, body, sigs, payload: null });
      return { ...answer, entries: [...answer.entries, { index: 1_000_000, entry }] };
    });
    const { room } = office;
    const grant = async (device: Device): Promise<unknown> => await device.access.grant({ room, person });
    await assertRefused(home, 'A1', { run: grant, honest: grant, foreignKeys: [foreign] });
  });

  test('A1: an intake key that the warden did not sign gets no wrap', async () => {
    const home = office.owner.copy();
    const { engine } = home.environment;
    const foreign = await engine.hpkePublicKey(engine.randomBytes(32));
    home.server.attack('getIntake', async ({ pass }) => {
      const { keys } = await pass();
      return { keys: keys.map((key) => ({ ...key, pk: foreign })) };
    });
    const { vault } = office;
    const add = async (device: Device): Promise<unknown> =>
      await device.clients.add({ vault, name: 'Another client' });
    await assertRefused(home, 'A1', {
      run: add,
      honest: add,
      foreignKeys: [foreign],
      mayCall: ['createClient', 'submitEntry'],
    });
  });
});

describe('A5: one’s own private keys', () => {
  const signIn = (home: DeviceHome) => async (): Promise<unknown> =>
    await unlock(home.environment, { password: home.password });

  test('A5: an altered answer of the sign-in ends it: nothing is signed, nothing more is sent', async () => {
    const altered: ((answer: AnswerOf<'startSignIn'>) => AnswerOf<'startSignIn'>)[] = [
      (answer) => ({ ...answer, loginResponse: flip(answer.loginResponse, 3) }),
      (answer) => ({ ...answer, loginResponse: flip(answer.loginResponse, answer.loginResponse.length - 1) }),
      (answer) => ({ ...answer, loginResponse: flip(answer.loginResponse, 80) }),
    ];
    for (const alter of altered) {
      const home = office.colleague.copy();
      home.server.attack('startSignIn', async ({ pass }) => alter(await pass()));
      const followed = await assertRefused(home, 'A5', { run: signIn(home), honest: signIn(home) });
      expect(followed.map(({ name }) => name)).toEqual(['startSignIn']);
    }
  });

  test('A5: the sealed keys of a new generation, altered or of somebody else', async () => {
    const { home: original } = await join();
    await (await original.device()).sync();
    const stale = original.copy();
    await makeGenerationDue(original);
    await (await original.device()).sync();
    const { engine } = stale.environment;
    const member = await RawMember.of(office.firm, original);
    const { person, device } = member;
    const [start] = (await member.readChain(core.officeId, person)).entries;
    if (start?.body.k !== 'person.enrolled') throw new Error('no enrolment');
    const planted = await core.sealGenerationBox(member.engine, {
      publicKey: start.body.device.kem,
      context: { person, generation: 2, recipient: device },
      genSeed: member.engine.randomBytes(32),
    });
    const attachments: ((bytes: Uint8Array) => Uint8Array)[] = [
      () => core.encodeCbor({ s: 1, p: person, g: 2, boxes: [[device, planted]] }),
      (bytes) => flip(bytes, bytes.length - 1),
      (bytes) => bytes.slice(0, -1),
      () => engine.randomBytes(2_000),
    ];
    for (const alter of attachments) {
      const home = stale.copy();
      home.server.attack('getAttachment', async ({ pass }) => Uint8Array.from(alter(await pass())));
      const sync = async (device: Device): Promise<unknown> => await device.sync();
      await assertRefused(home, 'A5', { run: sync, honest: sync });
    }
  });

  test('A5: a keyring that is altered, older or somebody else’s gives no key, and stops nothing', async () => {
    const mine = office.colleague;
    const older: AnswerOf<'getKeyring'> = { number: 1, sealed: mine.environment.engine.randomBytes(200) };
    const theirs = await keyringOf(office.owner);
    for (const alter of [
      (answer: AnswerOf<'getKeyring'>) => ({ ...answer, sealed: flip(answer.sealed ?? older.sealed!, 20) }),
      () => older,
      () => theirs,
    ]) {
      const home = mine.copy();
      for (const name of await home.storage.list('sealed/keyring/')) await home.storage.remove(name);
      home.server.attack('getKeyring', async ({ pass }) => alter(await pass()));
      await openOther(await home.device(), createCollectingSink());
      expect(home.server.mutated).toBeGreaterThan(0);
    }
  });

  /** Names a second device of the person and cuts it off again: a new generation is due. */
  async function makeGenerationDue(home: DeviceHome): Promise<void> {
    const member = await RawMember.of(office.firm, home);
    const { engine, person } = member;
    const id = core.newId(engine, 'dev');
    const attachment = core.encodeCbor({ boxes: [] });
    const added = await member.submit(
      core.officeId,
      person,
      {
        k: 'device.added',
        device: {
          id,
          sign: await engine.ed25519PublicKey(engine.randomBytes(32)),
          kem: await engine.hpkePublicKey(engine.randomBytes(32)),
        },
        boxesHash: core.hashLabelled(engine, 'attachment', attachment),
      },
      { attachments: [attachment] },
    );
    expect(added.status, new TextDecoder().decode(added.body)).toBe(200);
    await (await home.device()).devices.revoke(id);
  }

  async function keyringOf(owner: DeviceHome): Promise<AnswerOf<'getKeyring'>> {
    const member = await RawMember.of(office.firm, owner);
    const response = await member.call('getKeyring', `/v1/vaults/${office.vault}/keyring`);
    return endpoints.getKeyring.output.parse(JSON.parse(new TextDecoder().decode(response.body)));
  }
});

describe('B1: the cost of a guess', () => {
  test('B1: parameters that come with an answer are refused before anything derived is sent', async () => {
    for (const extra of [
      { keyStretching: { 'argon2id-custom': { memory: 8, iterations: 1, parallelism: 1 } } },
      { memoryKib: 8 },
      { suite: 0 },
    ]) {
      const home = office.colleague.copy();
      home.server.attack('startSignIn', async ({ pass }) => {
        const wire = endpoints.startSignIn.output.encode(await pass());
        return answerRaw({ ...wire, ...extra });
      });
      const signIn = async (): Promise<unknown> =>
        await unlock(home.environment, { password: home.password });
      const followed = await assertRefused(home, 'B1', { run: signIn, honest: signIn });
      expect(followed.map(({ name }) => name)).toEqual(['startSignIn']);
    }
  });

  test('B1: no cost below the floor, above the ceiling, or below what was seen before', () => {
    const right = core.argon2Parameters;
    const salt = new Uint8Array(16);
    expect(() => core.assertArgon2Parameters(right, salt)).not.toThrow();
    const wrong: core.Argon2Parameters[] = [
      { ...right, memoryKib: right.memoryKib - 1 },
      { ...right, memoryKib: 67_108_864 },
      { ...right, iterations: right.iterations - 1 },
      { ...right, iterations: 1_000 },
      { ...right, parallelism: 0 },
    ];
    const refusal = expect.objectContaining({ code: 'PARAMETERS_REFUSED' });
    for (const parameters of wrong) {
      expect(() => core.assertArgon2Parameters(parameters, salt)).toThrow(refusal);
    }
    expect(() => core.assertArgon2Parameters(right, salt.subarray(8))).toThrow(refusal);
    const higher = { ...right, memoryKib: 131_072 };
    expect(() => core.assertArgon2Parameters(right, salt, higher)).toThrow(refusal);
  });
});

describe('F5: an epoch key of somebody else', () => {
  test('F5: a bundle of the server’s own, sealed to the member, is refused', async () => {
    const { home: newcomer, person } = await join();
    const { room, vault, owner } = office;
    await (await owner.device()).access.grant({ room, person });
    await (await newcomer.device()).sync();
    const { engine } = newcomer.environment;
    const member = await RawMember.of(office.firm, newcomer);
    const [start] = (await member.readChain(core.officeId, person)).entries;
    if (start?.body.k !== 'person.enrolled') throw new Error('no enrolment');
    const box = await engine.hpkeSeal({
      publicKey: start.body.generation.kem,
      info: core.encodeUtf8('sr1/epoch/v1'),
      aad: core.encodeCbor([vault, room, 1, person, 1]),
      plaintext: engine.randomBytes(32),
    });
    const planted = core.encodeCbor({ s: 1, v: vault, m: room, boxes: [[1, person, 1, box]] });
    for (const alter of [() => planted, (bytes: Uint8Array) => flip(bytes, bytes.length - 1)]) {
      const home = newcomer.copy();
      for (const name of await home.storage.list('sealed/keyring/')) await home.storage.remove(name);
      home.server.attack('getKeyring', async () => ({ number: 0 }));
      home.server.attack('getAttachment', async ({ pass }) => Uint8Array.from(alter(await pass())));
      await assertRefused(home, 'F5', { run: openOther, honest: openOther });
    }
  });
});

describe('J6: a slot twice', () => {
  test('J6: a slot that the room’s chain already names is not used again', async () => {
    const { vault, room, other, colleague } = office;
    const { entries } = await (await RawMember.of(office.firm, colleague)).readChain(vault, room);
    const written = entries
      .map(({ body }) => body)
      .find((body) => body.k === 'written' && body.record === other);
    const first = written?.k === 'written' ? (written.wraps[0]?.slot ?? 0) : 0;
    const home = colleague.copy();
    home.server.attack('takeSlots', async ({ pass }) => ({ ...(await pass()), first }));
    const write = async (device: Device): Promise<unknown> =>
      await device.records.add({ room, source: sourceOf('slot', contentOf('slot', 900)) });
    await assertRefused(home, 'J6', { run: write, honest: write });
  });
});

describe('D2: another client', () => {
  test('D2: two client codes exchanged, or a record moved to another room', async () => {
    const { home: both } = await joinBoth();
    const { code, otherCode, room, otherRoom } = office;
    const moves: ((body: Body) => Body | undefined)[] = [
      (body) =>
        body.k === 'room.created' && body.client !== undefined
          ? ({ ...body, client: body.client === code ? otherCode : code } as Body)
          : undefined,
      (body) => (body.k === 'written' && body.room === room ? { ...body, room: otherRoom } : undefined),
    ];
    for (const move of moves) {
      const home = both.copy();
      alterBodies(home, move);
      await assertRefused(home, 'D2', { run: listClients, honest: seeClients });
    }
  });

  test('D2: the profile of another client under this one’s code', async () => {
    const { home } = await joinBoth();
    let first: AnswerOf<'getCards'>['cards'][number] | undefined;
    home.server.attack('getCards', async ({ pass }) => {
      const answer = await pass();
      first ??= answer.cards[0];
      return { cards: answer.cards.map((card) => first ?? card) };
    });
    await assertRefused(home, 'D2', { run: listClients, honest: seeClients });
  });

  async function joinBoth(): Promise<{ readonly home: DeviceHome }> {
    const { home, person } = await join();
    const device = await office.owner.device();
    for (const room of [office.room, office.otherRoom]) await device.access.grant({ room, person });
    return { home };
  }

  async function listClients(device: Device): Promise<unknown> {
    return await device.clients.list();
  }

  async function seeClients(device: Device): Promise<void> {
    const rows = await device.clients.list();
    expect(rows.map(({ code, name }) => `${code} ${name}`).sort()).toEqual(
      [`${office.code} Kanarienvogel Erben GbR`, `${office.otherCode} Serin Cini SARL`].sort(),
    );
  }
});

function flip(bytes: Uint8Array, at: number): Uint8Array<ArrayBuffer> {
  const copy = Uint8Array.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}
