/**
 * A further device, with password and printed kit, when no enrolled device is at hand. The kit's root says which firm; OPAQUE over
 * password and kit secret gives the unlock's keys, and they must be those that the person's own chain names, followed and judged from
 * the genesis, before anything is signed with them (attacks A5, A13, B3). Invariant: this device's storage is written only when all
 * that was checked. Spec: docs/spec/bytes.md section 4, statements.md `device.added`.
 */
import {
  compareBytes,
  ConflictError,
  decodeBase64url,
  DependencyError,
  deriveDeviceFileKey,
  deriveOpaquePassword,
  derivePasswordUnlockSeed,
  deriveUnlockKeys,
  encodeBase64url,
  IntegrityError,
  newId,
  officeId,
  parseKit,
  StrongroomError,
  wipeBytes,
} from '@strongroom/core';
import type { DeviceId, Engine, PersonId, UnlockId } from '@strongroom/core';
import { newestGeneration, unlocksOf } from '@strongroom/authority';
import type { DeviceKeys } from '@strongroom/authority';
import { createApi } from '../api/index.ts';
import { createBundleGuard } from '../bundles/bundle-guard.ts';
import type { Api } from '../api/index.ts';
import { ChainBook } from '../chains/index.ts';
import type { AddDeviceOptions, Unlocked } from '../device/device.ts';
import type { DeviceEnvironment } from '../environment/index.ts';
import { hashAttachment, sealGenerationBoxes } from '../identity/generation-boxes.ts';
import {
  findDeviceRecord,
  removeDeviceRecord,
  writeDeviceRecord,
  writeIdentity,
} from '../identity/identity.ts';
import type { Identity } from '../identity/identity.ts';
import { openGenerations } from '../identity/open-generations.ts';
import { startLogin } from '../identity/opaque.ts';
import { openSealedStore } from '../storage/sealed-store.ts';
import { finishStart } from './finish-start.ts';
import { fetchGenesis } from './genesis.ts';
import { createPassingStorage, emptyStorage, endPass } from './passing-storage.ts';

const now = Number.MAX_SAFE_INTEGER;

/**
 * Adds this device to a person and unlocks it. A storage whose device was never taken by the server may be begun again.
 * @throws InputError KIT_INVALID; AccessError SIGN_IN_REFUSED alike for a wrong password, another kit, an unknown person; ConflictError DEVICE_EXISTS; IntegrityError GENESIS_MISMATCH, CHAIN_INVALID, IDENTITY_REFUSED
 */
export async function addDevice(env: DeviceEnvironment, options: AddDeviceOptions): Promise<Unlocked> {
  const { engine } = env;
  const { person, root } = options;
  const kit = parseKit(engine, options.kit);
  const before = await findDeviceRecord(env.storage);
  if (before !== undefined && before.person !== person) throw new ConflictError('DEVICE_EXISTS');
  const api = createApi(env);
  const genesis = await fetchGenesis(engine, api, { root });
  if (genesis === undefined) throw new IntegrityError('GENESIS_MISMATCH');
  const device: DeviceId = newId(engine, 'dev');
  const proven = await provePassword(engine, api, { ...options, kitSecret: kit.kitSecret, device });
  const { exportKey, serverKey } = proven;
  const deviceFileKey = deriveDeviceFileKey(engine, { exportKey, kitSecret: kit.kitSecret, device });
  const seed = derivePasswordUnlockSeed(engine, { exportKey, kitSecret: kit.kitSecret, person });
  const unlock = deriveUnlockKeys(engine, seed);
  // Nothing of what the server says touches this device's own storage before it is checked.
  const store = openSealedStore({ engine, storage: createPassingStorage(), deviceFileKey });
  const own = openSealedStore({ engine, storage: env.storage, deviceFileKey });
  const keys: Identity = {
    signSeed: engine.randomBytes(32),
    kemSeed: engine.randomBytes(32),
    generations: new Map(),
    genesis: genesis.entry,
  };
  const passApi = api.withSession(proven.session);
  try {
    const book = await ChainBook.open({
      engine,
      clock: env.clock,
      api: passApi,
      store,
      root,
      genesis: genesis.entry,
      person,
      signer: { id: proven.unlock, seed: unlock.signSeed },
    });
    book.demand(createBundleGuard(env.bundle));
    await book.syncLedger(officeId);
    await assertOwnUnlock(engine, book, { person, id: proven.unlock, seeds: unlock });
    if (before !== undefined && book.office.devices.has(before.device))
      throw new ConflictError('DEVICE_EXISTS');
    const opener = { engine, api: passApi, book, person, recipient: proven.unlock, kemSeed: unlock.kemSeed };
    const takeUp = async (): Promise<void> => {
      for (const [n, each] of await openGenerations({ ...opener, held: keys.generations }))
        keys.generations.set(n, each);
    };
    await takeUp();
    if (before !== undefined) await emptyStorage(env.storage);
    await writeIdentity(own, keys);
    await writeDeviceRecord(env.storage, {
      person,
      device,
      kitSecret: kit.kitSecret.slice(),
      serverKey,
      root,
    });
    await appendDevice(env, book, {
      person,
      device: {
        id: device,
        sign: await engine.ed25519PublicKey(keys.signSeed),
        kem: await engine.hpkePublicKey(keys.kemSeed),
      },
      // A generation made meanwhile is taken up and boxed instead; this device keeps it too.
      newest: async () => {
        await takeUp();
        await writeIdentity(own, keys);
        const n = newestGeneration(book.office, person, now)?.n ?? 0;
        const newest = keys.generations.get(n);
        if (newest === undefined) throw new IntegrityError('IDENTITY_REFUSED', { generation: n });
        return { n, seed: newest };
      },
    });
    await endPass(passApi);
  } finally {
    store.close();
    own.close();
    wipeBytes(exportKey, seed, unlock.signSeed, unlock.kemSeed, kit.kitCode, kit.kitSecret, deviceFileKey);
  }
  return await finishStart(env, options.password);
}

/** OPAQUE over password and kit secret, in the name of a device that is not there yet. @throws AccessError SIGN_IN_REFUSED */
async function provePassword(
  engine: Engine,
  api: Api,
  options: {
    readonly person: PersonId;
    readonly password: string;
    readonly kitSecret: Uint8Array;
    readonly device: DeviceId;
  },
): Promise<{
  readonly exportKey: Uint8Array;
  readonly serverKey: string;
  readonly session: string;
  readonly unlock: UnlockId;
}> {
  const { person, device } = options;
  const login = await startLogin(deriveOpaquePassword(engine, options));
  const started = await api.call('startSignIn', {
    body: { person, device, loginRequest: decodeBase64url(login.request) },
  });
  const { finish, exportKey, serverKey } = login.finish(encodeBase64url(started.loginResponse));
  const { session, unlock } = await api.call('startDevice', {
    body: { attempt: started.attempt, finishRequest: decodeBase64url(finish) },
  });
  return { exportKey, serverKey, session, unlock };
}

/**
 * The unlock whose seeds password and kit gave is the person's own, in force. A server that names another, or shows a chain with other
 * keys, gets no signature.
 * @throws IntegrityError IDENTITY_REFUSED
 */
async function assertOwnUnlock(
  engine: Engine,
  book: ChainBook,
  options: {
    readonly person: PersonId;
    readonly id: UnlockId;
    readonly seeds: { readonly signSeed: Uint8Array; readonly kemSeed: Uint8Array };
  },
): Promise<void> {
  const sign = await engine.ed25519PublicKey(options.seeds.signSeed);
  const kem = await engine.hpkePublicKey(options.seeds.kemSeed);
  const found = unlocksOf(book.office, options.person, now).find(({ id }) => id === options.id);
  const isOwn =
    found?.type === 'password' && compareBytes(found.sign, sign) === 0 && compareBytes(found.kem, kem) === 0;
  if (!isOwn) throw new IntegrityError('IDENTITY_REFUSED', { reason: 'unlock' });
}

/** Signs `device.added` with the unlock. What the server certainly refused is forgotten; what it may have taken is kept. */
async function appendDevice(
  env: DeviceEnvironment,
  book: ChainBook,
  options: {
    readonly person: PersonId;
    readonly device: DeviceKeys;
    readonly newest: () => Promise<{ readonly n: number; readonly seed: Uint8Array }>;
  },
): Promise<void> {
  const { engine } = env;
  const { person, device } = options;
  const attachments: Uint8Array[] = [];
  try {
    await book.append<PersonId>({
      ledger: officeId,
      chain: person,
      attachments,
      makeBody: async (start) => {
        const { n, seed } = await options.newest();
        const recipients = [device];
        const boxes = await sealGenerationBoxes(engine, { person, generation: n, seed, recipients });
        attachments.splice(0, attachments.length, boxes);
        return { k: 'device.added', ...start, device, boxesHash: hashAttachment(engine, boxes) };
      },
    });
  } catch (cause) {
    // Only a refusal says that the statement was not written.
    const isUnknown = !(cause instanceof StrongroomError) || cause instanceof DependencyError;
    if (!isUnknown) await removeDeviceRecord(env.storage);
    throw cause;
  }
}
