/**
 * A further device that an enrolled one adopts (docs/spec/requests.md 4.1). The code that this device shows is the only thing the two have
 * that the server has not: by it an answer is known for the adopter's (attack H4). Invariant: this device's storage is written only
 * after the firm's own chains, followed from the root that the adopter pinned, named exactly this device's keys.
 */
import {
  AccessError,
  adoptionSizes,
  compareBytes,
  ConflictError,
  CryptoError,
  decodeBase64url,
  deriveAdoptionKeys,
  deriveDeviceFileKey,
  deriveOpaquePassword,
  encodeBase64url,
  formatAdoptionCode,
  formatDeviceFingerprint,
  IntegrityError,
  newId,
  officeId,
  openAdoptionAnswer,
  sealAdoptionRequest,
  wipeBytes,
} from '@strongroom/core';
import type { AdoptionAnswer, AdoptionKeys, AdoptionRequest, Engine } from '@strongroom/core';
import { entryHash, isDeviceValid } from '@strongroom/authority';
import { createApi } from '../api/index.ts';
import type { Api } from '../api/index.ts';
import { createBundleGuard } from '../bundles/bundle-guard.ts';
import { ChainBook } from '../chains/index.ts';
import type { AdoptionState, PendingAdoption, Unlocked } from '../device/device.ts';
import type { DeviceEnvironment } from '../environment/index.ts';
import { findDeviceRecord, writeDeviceRecord, writeIdentity } from '../identity/identity.ts';
import type { Identity } from '../identity/identity.ts';
import { openGenerations } from '../identity/open-generations.ts';
import { startLogin } from '../identity/opaque.ts';
import { openSealedStore } from '../storage/sealed-store.ts';
import { fetchGenesis } from './genesis.ts';
import { createPassingStorage, endPass } from './passing-storage.ts';
import { signSession } from './sign-in.ts';

const now = Number.MAX_SAFE_INTEGER;

/** A new device's keys, in memory. */
interface NewDevice {
  readonly request: AdoptionRequest;
  readonly keys: AdoptionKeys;
  readonly signSeed: Uint8Array;
  readonly kemSeed: Uint8Array;
}

/**
 * Makes keys and a code for this device, and leaves the sealed request at the server. `name` is what the adopter shows of it.
 * @throws ConflictError DEVICE_EXISTS; IntegrityError GENESIS_MISMATCH where there is no firm; LimitError RATE_LIMITED
 */
export async function beginAdoption(
  env: DeviceEnvironment,
  options: { readonly name: string },
): Promise<PendingAdoption> {
  const { engine } = env;
  if ((await findDeviceRecord(env.storage)) !== undefined) throw new ConflictError('DEVICE_EXISTS');
  const api = createApi(env);
  const firm = await api.call('getFirm');
  if (firm.state === 'new') throw new IntegrityError('GENESIS_MISMATCH');
  const code = engine.randomBytes(adoptionSizes.code);
  const made = await makeDevice(engine, {
    // The server's word so far: the adopter compares it with the root that it pinned.
    root: entryHash(engine, firm.genesis),
    keys: deriveAdoptionKeys(engine, code),
    name: options.name.slice(0, adoptionSizes.name).toWellFormed(),
  });
  const { keys, request } = made;
  const { endsAtMs } = await api.call('startAdoption', {
    body: { adoption: keys.id, request: await sealAdoptionRequest(engine, keys, request) },
  });
  let answer: AdoptionAnswer | undefined;

  async function check(): Promise<AdoptionState> {
    if (answer === undefined) {
      const found = await api.call('getAdoption', { params: { adoption: keys.id } });
      if (found.state !== 'answered') return { kind: found.state, endsAtMs: found.endsAtMs };
      answer = await openAnswer(engine, made, found.answer);
    }
    const { person, personName } = answer;
    return { kind: 'answered', person, ...(personName === undefined ? {} : { personName }) };
  }

  return {
    code: formatAdoptionCode(engine, code),
    fingerprint: formatDeviceFingerprint(engine, request),
    endsAtMs,
    check,
    async complete({ password }) {
      if (answer === undefined) throw new ConflictError('STATE_CHANGED');
      return await becomeDevice(env, { api, made, answer, password });
    },
    discard() {
      wipeBytes(made.signSeed, made.kemSeed, code, keys.requestKey, keys.answerKey);
      if (answer !== undefined) wipeBytes(answer.kitSecret);
    },
  };
}

async function makeDevice(
  engine: Engine,
  options: { readonly root: Uint8Array; readonly keys: AdoptionKeys; readonly name: string },
): Promise<NewDevice> {
  const { root, keys, name } = options;
  const signSeed = engine.randomBytes(32);
  const kemSeed = engine.randomBytes(32);
  const request = {
    root,
    device: newId(engine, 'dev'),
    sign: await engine.ed25519PublicKey(signSeed),
    kem: await engine.hpkePublicKey(kemSeed),
    name,
  };
  return { request, keys, signSeed, kemSeed };
}

/** @throws IntegrityError ADOPTION_REFUSED for what no device made that was given the code */
async function openAnswer(engine: Engine, made: NewDevice, sealed: Uint8Array): Promise<AdoptionAnswer> {
  try {
    return await openAdoptionAnswer(engine, { ...made, sealed });
  } catch (cause) {
    if (!(cause instanceof CryptoError)) throw cause;
    throw new IntegrityError('ADOPTION_REFUSED', { reason: 'answer' }, { cause });
  }
}

/** Signs in as the device that the adopter's statement names, checks that it does, and only then writes. */
async function becomeDevice(
  env: DeviceEnvironment,
  options: {
    readonly api: Api;
    readonly made: NewDevice;
    readonly answer: AdoptionAnswer;
    readonly password: string;
  },
): Promise<Unlocked> {
  const { engine } = env;
  const { made, answer } = options;
  const { root, device } = made.request;
  const { person, kitSecret, serverKey } = answer;
  const genesis = await fetchGenesis(engine, options.api, { root });
  if (genesis === undefined) throw new IntegrityError('GENESIS_MISMATCH');
  const { exportKey, session, expiresAtMs } = await signIn(engine, options);
  const deviceFileKey = deriveDeviceFileKey(engine, { exportKey, kitSecret, device });
  wipeBytes(exportKey);
  const api = options.api.withSession(session);
  // Nothing of what the server says touches this device's own storage before it is checked.
  const store = openSealedStore({ engine, storage: createPassingStorage(), deviceFileKey });
  const own = openSealedStore({ engine, storage: env.storage, deviceFileKey });
  try {
    const book = await ChainBook.open({
      engine,
      clock: env.clock,
      api,
      store,
      root,
      genesis: genesis.entry,
      person,
      signer: { id: device, seed: made.signSeed },
    });
    book.demand(createBundleGuard(env.bundle));
    await book.syncLedger(officeId);
    assertNamed(book, made.request, person);
    const identity: Identity = {
      signSeed: made.signSeed,
      kemSeed: made.kemSeed,
      generations: await openGenerations({
        engine,
        api,
        book,
        person,
        recipient: device,
        kemSeed: made.kemSeed,
        held: new Map(),
      }),
      genesis: genesis.entry,
    };
    await writeIdentity(own, identity);
    await writeDeviceRecord(env.storage, { person, device, kitSecret: kitSecret.slice(), serverKey, root });
    return { deviceFileKey, session, expiresAtMs };
  } catch (cause) {
    wipeBytes(deviceFileKey);
    await endPass(api);
    throw cause;
  } finally {
    store.close();
    own.close();
  }
}

/** OPAQUE over password and kit secret, then the signature of the new device. @throws AccessError SIGN_IN_REFUSED */
async function signIn(
  engine: Engine,
  options: {
    readonly api: Api;
    readonly made: NewDevice;
    readonly answer: AdoptionAnswer;
    readonly password: string;
  },
): Promise<{ readonly exportKey: Uint8Array; readonly session: string; readonly expiresAtMs: number }> {
  const { api, made, answer, password } = options;
  const { root, device } = made.request;
  const { person, kitSecret } = answer;
  const login = await startLogin(deriveOpaquePassword(engine, { password, kitSecret, person }));
  const started = await api.call('startSignIn', {
    body: { person, device, loginRequest: decodeBase64url(login.request) },
  });
  const finished = login.finish(encodeBase64url(started.loginResponse));
  if (finished.serverKey !== answer.serverKey) throw new AccessError('SIGN_IN_REFUSED');
  const { challenge, loginResponse } = started;
  const session = await api.call('finishSignIn', {
    body: {
      attempt: started.attempt,
      finishRequest: decodeBase64url(finished.finish),
      signature: await signSession(engine, {
        seed: made.signSeed,
        root,
        record: { device },
        challenge,
        loginResponse,
      }),
    },
  });
  return { exportKey: finished.exportKey, ...session };
}

/** The chain names this device, with its keys, as that person's, in force. @throws IntegrityError ADOPTION_REFUSED */
function assertNamed(book: ChainBook, request: AdoptionRequest, person: string): void {
  const found = book.office.devices.get(request.device);
  const isNamed =
    found?.person === person &&
    compareBytes(found.sign, request.sign) === 0 &&
    compareBytes(found.kem, request.kem) === 0 &&
    isDeviceValid(book.office, request.device, now);
  if (!isNamed) throw new IntegrityError('ADOPTION_REFUSED', { reason: 'statement' });
}
