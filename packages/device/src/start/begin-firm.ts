/**
 * The first run: the genesis entry, whose hash is the root that every later device pins. The recovery and unlock keys in it are made
 * here and signed by what they belong to; the server adds none (attacks A12, A13, B10).
 */
import {
  compareBytes,
  decodeBase64url,
  DependencyError,
  deriveDeviceFileKey,
  deriveOpaquePassword,
  encodeBase64url,
  IntegrityError,
  newId,
  newKit,
  officeId,
  sealPaperBox,
  sealRecoveryBox,
  StrongroomError,
  suite,
  wipeBytes,
} from '@strongroom/core';
import type { DeviceId, FirmId, PersonId } from '@strongroom/core';
import { emptyChainHead, entryHash, decodeEntry, signBody } from '@strongroom/authority';
import type { FirmCreated } from '@strongroom/authority';
import { emptyRoot, parseNoteKey } from '@strongroom/ledger';
import { createApi } from '../api/index.ts';
import type { Api, OutputOf } from '../api/index.ts';
import { LedgerAnchor } from '../chains/index.ts';
import type { BeginFirmOptions, PendingStart } from '../device/device.ts';
import type { DeviceEnvironment } from '../environment/index.ts';
import { hashAttachment } from '../identity/generation-boxes.ts';
import { addTask, removeDeviceRecord, writeDeviceRecord, writeIdentity } from '../identity/identity.ts';
import type { DeviceRecord } from '../identity/identity.ts';
import { startRegistration } from '../identity/opaque.ts';
import { openSealedStore } from '../storage/sealed-store.ts';
import { finishStart } from './finish-start.ts';
import { assertNoDevice, createPendingStart } from './pending-start.ts';
import { makePersonKeys } from './person-keys.ts';

/**
 * Prepares the firm; nothing is written before the kit is shown to be in hand.
 * @throws AccessError FIRST_RUN_CODE_INVALID; ConflictError FIRM_EXISTS, DEVICE_EXISTS
 */
export async function beginFirm(env: DeviceEnvironment, options: BeginFirmOptions): Promise<PendingStart> {
  const { engine } = env;
  const api = createApi(env);
  await assertNoDevice(env, api);
  const firm: FirmId = newId(engine, 'frm');
  const person: PersonId = newId(engine, 'per');
  const device: DeviceId = newId(engine, 'dev');
  const kit = newKit(engine);
  const kitHalf = engine.randomBytes(32);
  const registration = await startRegistration(
    deriveOpaquePassword(engine, { password: options.password, kitSecret: kit.kitSecret, person }),
  );
  const prepared = await api.call('prepareFirm', {
    body: { code: options.code, firm, person, registrationRequest: decodeBase64url(registration.request) },
  });
  if (parseNoteKey(engine, prepared.vkey).name !== prepared.origin)
    throw new IntegrityError('ANSWER_INVALID', { endpoint: 'prepareFirm' });
  const registered = registration.finish(encodeBase64url(prepared.registrationResponse));
  const keys = await makePersonKeys(engine, {
    person,
    device,
    exportKey: registered.exportKey,
    kit,
    kitHalf,
  });
  const recoverySeed = engine.randomBytes(32);
  const recoveryBox = await sealRecoveryBox(engine, { publicKey: keys.kitKem, firm, seed: recoverySeed });
  const paperBox = await sealPaperBox(engine, { kit, firm, seed: recoverySeed });
  const recoveryKem = await engine.hpkePublicKey(recoverySeed);
  wipeBytes(recoverySeed);
  const body: FirmCreated = {
    k: 'firm.created',
    l: officeId,
    d: device,
    t: env.clock.nowMs(),
    pos: { o: [0, 0, emptyRoot(engine)] },
    c: ['firm', 0, emptyChainHead],
    firm,
    suite,
    warden: { number: prepared.wardenNumber, sign: prepared.wardenSign, ledger: prepared.vkey },
    edition: 0,
    person,
    device: keys.device,
    unlocks: keys.unlocks,
    generation: keys.generation,
    recovery: {
      kem: recoveryKem,
      boxHash: hashAttachment(engine, recoveryBox),
      paperBoxHash: hashAttachment(engine, paperBox),
    },
    staffRoom: newId(engine, 'rom'),
    officersRoom: newId(engine, 'rom'),
    nonce: engine.randomBytes(32),
  };
  const signed = await signBody(engine, { body, signers: keys.signers });
  const deviceFileKey = deriveDeviceFileKey(engine, {
    exportKey: registered.exportKey,
    kitSecret: kit.kitSecret,
    device,
  });
  const record: DeviceRecord = {
    person,
    device,
    kitSecret: kit.kitSecret.slice(),
    serverKey: registered.serverKey,
  };

  async function finish(): Promise<Awaited<ReturnType<typeof finishStart>>> {
    // Keys first: a genesis without the keys that it names would be a firm that nobody can open.
    const store = openSealedStore({ engine, storage: env.storage, deviceFileKey });
    await writeIdentity(store, { ...keys.identity, startBody: signed.body });
    await addTask(store, '1-kit-note', { kind: 'kit-note' });
    await addTask(store, '2-firm-record', {
      kind: 'card',
      vault: officeId,
      recordKind: 'firm',
      content: { ...options.firm, countries: [...options.firm.countries] },
    });
    const { name, address } = options.person;
    await addTask(store, '3-profile', {
      kind: 'card',
      vault: officeId,
      recordKind: 'profile',
      content: { name, aliases: [], person, ...(address === undefined ? {} : { address }) },
    });
    await writeDeviceRecord(env.storage, record);
    try {
      const answer = await api.call('createFirm', {
        body: {
          code: options.code,
          body: signed.body,
          sigs: signed.sigs.map(([id, signature]): [string, Uint8Array] => [id, signature]),
          attachments: [keys.boxes, recoveryBox, paperBox],
          registrationRecord: decodeBase64url(registered.record),
          kitHalf,
          following: [],
        },
      });
      const root = await verifyGenesisReceipt(env, api, {
        vkey: prepared.vkey,
        body: signed.body,
        receipt: answer.receipt,
      });
      await writeIdentity(store, { ...keys.identity, genesis: answer.receipt.entry });
      await writeDeviceRecord(env.storage, { ...record, root });
    } catch (cause) {
      // Whatever failed on the way may have failed after the genesis was written; only a refusal says that it was not.
      const isUnknown = !(cause instanceof StrongroomError) || cause instanceof DependencyError;
      if (!isUnknown) await removeDeviceRecord(env.storage);
      throw cause;
    } finally {
      store.close();
    }
    return await finishStart(env, options.password);
  }

  return createPendingStart(engine, { kit, fingerprint: keys.fingerprint, firm, person, finish });
}

/** The root of the firm that this device has just made. @throws IntegrityError GENESIS_MISMATCH, RECEIPT_INVALID */
async function verifyGenesisReceipt(
  env: DeviceEnvironment,
  api: Api,
  options: {
    readonly vkey: string;
    readonly body: Uint8Array;
    readonly receipt: OutputOf<'createFirm'>['receipt'];
  },
): Promise<Uint8Array> {
  const { engine } = env;
  const { receipt } = options;
  const entry = decodeEntry(receipt.entry);
  if (receipt.index !== 0 || compareBytes(entry.bodyBytes, options.body) !== 0)
    throw new IntegrityError('GENESIS_MISMATCH');
  const anchor = new LedgerAnchor({
    engine,
    ledger: officeId,
    readKeys: () => [{ vkey: options.vkey }],
    edition: 0,
    fetchConsistency: async (from, to) =>
      (await api.call('getConsistency', { params: { ledger: officeId }, query: { from, to } })).hashes,
    save: async () => undefined,
  });
  await anchor.verifyReceipt(receipt);
  return entryHash(engine, receipt.entry);
}
