/** A server between a new device and the enrolled one that adopts it: it has the id of the code and every byte, and not the code. */
import * as core from '@strongroom/core';
import type { AdoptionKeys, AdoptionRequest } from '@strongroom/core';
import { beginAdoption } from '@strongroom/device';
import type { Device, PendingAdoption } from '@strongroom/device';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { assertRefused } from './harness/assert-refused.ts';
import { getAttack } from './harness/attacks.ts';
import type { DeviceHome } from './harness/device-home.ts';
import { RealFirm } from './harness/real-firm.ts';

let firm: RealFirm;
let owner: DeviceHome;

beforeAll(async () => {
  firm = await RealFirm.start();
  owner = await firm.begin();
  await (await owner.device()).sync();
}, 180_000);
afterAll(async () => await firm.remove());

interface NewDevice {
  readonly home: DeviceHome;
  readonly pending: PendingAdoption;
  readonly keys: AdoptionKeys;
}

async function begin(): Promise<NewDevice> {
  const home = firm.newHome(owner.password);
  const pending = await beginAdoption(home.environment, { name: 'New device' });
  const { engine } = home.environment;
  const keys = core.deriveAdoptionKeys(engine, core.parseAdoptionCode(engine, pending.code));
  return { home, pending, keys };
}

/** Keys that the server can make: from the id, which it has. */
function keysOfServer({ home, keys: { id } }: NewDevice): AdoptionKeys {
  const { engine } = home.environment;
  const derive = (label: string): Uint8Array =>
    engine.hkdf('sha256', { ikm: id, info: core.encodeUtf8(`sr1/adoption/${label}`), length: 32 });
  return { id, requestKey: derive('request'), answerKey: derive('answer') };
}

function flip(bytes: Uint8Array, at: number): Uint8Array {
  const flipped = bytes.slice();
  flipped[at] = (flipped[at] ?? 0) ^ 1;
  return flipped;
}

describe('A2: a device of the server’s own', () => {
  test('A2: keys in place of the new device’s are refused; nothing is signed or sealed to them', async () => {
    const waiting = await begin();
    const another = await begin();
    const { engine } = waiting.home.environment;
    const kem = await engine.hpkePublicKey(engine.randomBytes(32));
    const { root } = await (await owner.device()).firm.describe();
    const ghost: AdoptionRequest = {
      root: core.decodeHex(root),
      device: core.newId(engine, 'dev'),
      sign: await engine.ed25519PublicKey(engine.randomBytes(32)),
      kem,
      name: 'New device',
    };
    const forged = await core.sealAdoptionRequest(engine, keysOfServer(waiting), ghost);
    const adopt = async (device: Device): Promise<unknown> => {
      const { code } = waiting.pending;
      const { fingerprint } = await device.devices.previewAdoption(code);
      return await device.devices.adopt({ code, fingerprint });
    };
    const look = async (device: Device): Promise<unknown> =>
      await device.devices.previewAdoption(waiting.pending.code);
    const alterations: ((request: Uint8Array) => Uint8Array | Promise<Uint8Array>)[] = [
      () => forged,
      (request) => flip(request, 40),
      async () => await core.sealAdoptionRequest(engine, { ...another.keys, id: waiting.keys.id }, ghost),
    ];
    for (const alter of alterations) {
      const home = owner.copy();
      home.server.attack('takeAdoption', async ({ pass }) => {
        const answer = await pass();
        return { ...answer, request: await alter(answer.request) };
      });
      const followed = await assertRefused(home, 'A2', { run: adopt, honest: look, foreignKeys: [kem] });
      expect(followed.map(({ name }) => name)).toEqual(['takeAdoption']);
    }
  });
});

describe('H4: what a new device is to begin with', () => {
  test('H4: a kit secret of the server’s own is refused; no password is tried with it, nothing is kept', async () => {
    const plant = async (device: NewDevice, keys: AdoptionKeys): Promise<Uint8Array> => {
      const { engine } = device.home.environment;
      const sealed = await askRequest(device);
      const request = await core.openAdoptionRequest(engine, device.keys, sealed);
      return await core.sealAdoptionAnswer(engine, {
        keys,
        request,
        answer: {
          root: request.root,
          person: core.newId(engine, 'per'),
          kitSecret: engine.randomBytes(16),
          serverKey: 'planted',
        },
      });
    };
    const another = await begin();
    const alterations: ((device: NewDevice) => Promise<Uint8Array>)[] = [
      async (device) => await plant(device, keysOfServer(device)),
      async (device) => await plant(device, { ...another.keys, id: device.keys.id }),
      async (device) => flip(await plant(device, device.keys), 100),
      async (device) => device.home.environment.engine.randomBytes(1_500),
    ];
    for (const alter of alterations) {
      const device = await begin();
      const answer = await alter(device);
      const { home, pending } = device;
      home.server.clear();
      home.server.attack('getAdoption', async () => ({ state: 'answered', endsAtMs: 1, answer }));
      const error: unknown = await pending.check().catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(core.StrongroomError);
      expect(getAttack('H4').expected).toContain((error as core.StrongroomError).code);
      await expect(pending.complete({ password: home.password })).rejects.toMatchObject({
        code: 'STATE_CHANGED',
      });
      expect(home.server.exchanges.map(({ name }) => name)).toEqual(['getAdoption']);
      expect(await home.storage.list('')).toEqual([]);
      home.server.behave();
      expect((await pending.check()).kind).toMatch(/^(waiting|taken)$/);
    }
  });

  /** The request as the server keeps it: it hands it to whoever has a session, so it has it itself. */
  async function askRequest({ keys }: NewDevice): Promise<Uint8Array> {
    const asker = owner.copy();
    const device = await asker.device();
    let sealed: Uint8Array | undefined;
    asker.server.attack('takeAdoption', async ({ request, pass }) => {
      const instead = request.path.replace(/adoptions\/[^/]+/, `adoptions/${core.encodeBase64url(keys.id)}`);
      const answer = await pass({ path: instead });
      sealed = answer.request;
      return answer;
    });
    await device.devices.previewAdoption((await begin()).pending.code).catch(() => undefined);
    if (sealed === undefined) throw new Error('the request was not handed out');
    return sealed;
  }
});
