/**
 * Signing in: OPAQUE over password and kit secret, then the device's signature under the label `session`. The server's bytes are
 * never signed alone (attack A9); a wrong password, another record, another server key all give SIGN_IN_REFUSED.
 */
import {
  AccessError,
  decodeBase64url,
  deriveDeviceFileKey,
  deriveOpaquePassword,
  encodeBase64url,
  encodeCbor,
  hashLabelled,
  signLabelled,
} from '@strongroom/core';
import type { Engine } from '@strongroom/core';
import { createApi } from '../api/index.ts';
import type { Api } from '../api/index.ts';
import type { Unlocked } from '../device/device.ts';
import type { DeviceEnvironment } from '../environment/index.ts';
import { readDeviceRecord, readIdentity, writeDeviceRecord, writeIdentity } from '../identity/identity.ts';
import type { DeviceRecord, Identity } from '../identity/identity.ts';
import { startLogin } from '../identity/opaque.ts';
import { openSealedStore } from '../storage/sealed-store.ts';
import { entryHash } from '@strongroom/authority';
import { fetchGenesis } from './genesis.ts';

/**
 * Unlocks an enrolled device; needs the server.
 * @throws AccessError SIGN_IN_REFUSED, DEVICE_NOT_ENROLLED; IntegrityError GENESIS_MISMATCH
 */
export async function unlock(
  env: DeviceEnvironment,
  options: { readonly password: string },
): Promise<Unlocked> {
  const { engine } = env;
  const record = await readDeviceRecord(env.storage);
  const api = createApi(env);
  const password = deriveOpaquePassword(engine, {
    password: options.password,
    kitSecret: record.kitSecret,
    person: record.person,
  });
  const login = await startLogin(password);
  const started = await api.call('startSignIn', {
    body: { person: record.person, device: record.device, loginRequest: decodeBase64url(login.request) },
  });
  const finished = login.finish(encodeBase64url(started.loginResponse));
  if (finished.serverKey !== record.serverKey) throw new AccessError('SIGN_IN_REFUSED');
  const deviceFileKey = deriveDeviceFileKey(engine, {
    exportKey: finished.exportKey,
    kitSecret: record.kitSecret,
    device: record.device,
  });
  const store = openSealedStore({ engine, storage: env.storage, deviceFileKey });
  const identity = await readIdentity(store);
  const root = await settleRoot(env, { api, record, identity, deviceFileKey });
  const session = await api.call('finishSignIn', {
    body: {
      attempt: started.attempt,
      finishRequest: decodeBase64url(finished.finish),
      signature: await signSession(engine, {
        seed: identity.signSeed,
        root,
        record,
        challenge: started.challenge,
        loginResponse: started.loginResponse,
      }),
    },
  });
  store.close();
  return { deviceFileKey, session: session.session, expiresAtMs: session.expiresAtMs };
}

/** The device's signature that ends a sign-in. */
export async function signSession(
  engine: Engine,
  options: {
    readonly seed: Uint8Array;
    readonly root: Uint8Array;
    readonly record: Pick<DeviceRecord, 'device'>;
    readonly challenge: Uint8Array;
    readonly loginResponse: Uint8Array;
  },
): Promise<Uint8Array> {
  const { root, record, challenge, loginResponse } = options;
  const transcript = hashLabelled(engine, 'opaque', loginResponse);
  return await signLabelled(engine, {
    label: 'session',
    seed: options.seed,
    bytes: encodeCbor([root, record.device, challenge, transcript]),
  });
}

/** The pinned root and genesis; after a first run whose answer was lost, taken from the genesis that holds the body this device signed. */
async function settleRoot(
  env: DeviceEnvironment,
  options: {
    readonly api: Api;
    readonly record: DeviceRecord;
    readonly identity: Identity;
    readonly deviceFileKey: Uint8Array;
  },
): Promise<Uint8Array> {
  const { engine } = env;
  const { api, record, identity } = options;
  if (record.root !== undefined && identity.genesis !== undefined) return record.root;
  const expected =
    record.root === undefined
      ? { bodyBytes: identity.startBody ?? new Uint8Array(0) }
      : { root: record.root };
  const genesis = await fetchGenesis(engine, api, expected);
  if (genesis === undefined) throw new AccessError('DEVICE_NOT_ENROLLED');
  const root = record.root ?? entryHash(engine, genesis.entry);
  const store = openSealedStore({ engine, storage: env.storage, deviceFileKey: options.deviceFileKey });
  const { startBody: _done, ...rest } = identity;
  await writeIdentity(store, { ...rest, genesis: genesis.entry });
  await writeDeviceRecord(env.storage, { ...record, root });
  store.close();
  return root;
}
