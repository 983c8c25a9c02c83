/**
 * Taking up an invitation. The code pins the root; the firm chain, under the warden's heads, must hold the invitation with the key
 * that the code's seed gives. So a server can neither present another firm nor another invitation (attacks A3, A13).
 */
import {
  AccessError,
  compareBytes,
  ConflictError,
  decodeBase64url,
  DependencyError,
  deriveDeviceFileKey,
  deriveInvitationSignSeed,
  deriveOpaquePassword,
  encodeBase64url,
  encodeCbor,
  InputError,
  IntegrityError,
  newId,
  newKit,
  officeId,
  parseInvitation,
  signLabelled,
  StrongroomError,
} from '@strongroom/core';
import type { DeviceId, Engine, Invitation, InvitationId, PersonId } from '@strongroom/core';
import {
  decodeEntry,
  decodeHeads,
  emptyChain,
  emptyChainHead,
  entryHash,
  extendChain,
  headsAgeMsMax,
  signBody,
  verifyHeads,
} from '@strongroom/authority';
import type { PersonEnrolled } from '@strongroom/authority';
import { createApi } from '../api/index.ts';
import type { Api, InputOf, OutputOf } from '../api/index.ts';
import { LedgerAnchor } from '../chains/index.ts';
import type { BeginEnrolmentOptions, PendingStart } from '../device/device.ts';
import type { DeviceEnvironment } from '../environment/index.ts';
import {
  addTask,
  findDeviceRecord,
  removeDeviceRecord,
  writeDeviceRecord,
  writeIdentity,
} from '../identity/identity.ts';
import type { DeviceRecord } from '../identity/identity.ts';
import { startRegistration } from '../identity/opaque.ts';
import { openSealedStore } from '../storage/sealed-store.ts';
import { finishStart } from './finish-start.ts';
import { fetchGenesis } from './genesis.ts';
import type { VerifiedGenesis } from './genesis.ts';
import { createPendingStart } from './pending-start.ts';
import { makePersonKeys } from './person-keys.ts';

/**
 * Prepares the enrolment; nothing is written before the kit is shown to be in hand.
 * @throws InputError INVITATION_CODE_INVALID; AccessError INVITATION_INVALID; IntegrityError GENESIS_MISMATCH, CHAIN_INVALID
 */
export async function beginEnrolment(
  env: DeviceEnvironment,
  options: BeginEnrolmentOptions,
): Promise<PendingStart> {
  const { engine } = env;
  const code = parseCode(engine, options.code);
  const api = createApi(env);
  const before = await findDeviceRecord(env.storage);
  if (before !== undefined && before.isPending !== true) throw new ConflictError('DEVICE_EXISTS');
  const genesis = await fetchGenesis(engine, api, { root: code.rootHash });
  if (genesis === undefined) throw new IntegrityError('GENESIS_MISMATCH');
  const invitationSeed = deriveInvitationSignSeed(engine, code);
  const device: DeviceId = newId(engine, 'dev');
  const kit = newKit(engine);
  const kitHalf = engine.randomBytes(32);
  // The password input names the person, whom only the invitation's statement tells: the first answer is for that alone.
  const probe = await startRegistration(encodeBase64url(engine.randomBytes(32)));
  const first = await askInvitation(api, {
    body: {
      proof: await proveInvitation(env, code.invitation, invitationSeed),
      registrationRequest: decodeBase64url(probe.request),
    },
    hasPending: before !== undefined,
  });
  const person = await verifyInvitation(engine, {
    genesis,
    answer: first,
    invitation: code.invitation,
    key: await engine.ed25519PublicKey(invitationSeed),
    nowMs: env.clock.nowMs(),
  });
  if (before !== undefined && before.person !== person) throw new ConflictError('DEVICE_EXISTS');
  const registration = await startRegistration(
    deriveOpaquePassword(engine, { password: options.password, kitSecret: kit.kitSecret, person }),
  );
  const second = await api.call('startRegistration', {
    body: {
      proof: await proveInvitation(env, code.invitation, invitationSeed),
      registrationRequest: decodeBase64url(registration.request),
    },
  });
  const registered = registration.finish(encodeBase64url(second.registrationResponse));
  const keys = await makePersonKeys(engine, {
    person,
    device,
    exportKey: registered.exportKey,
    kit,
    kitHalf,
  });
  const { edition, size, root } = genesis.head;
  const body: PersonEnrolled = {
    k: 'person.enrolled',
    l: officeId,
    d: device,
    t: env.clock.nowMs(),
    pos: { o: [edition, size, root] },
    c: [person, 0, emptyChainHead],
    invitation: code.invitation,
    person,
    device: keys.device,
    unlocks: keys.unlocks,
    generation: keys.generation,
  };
  const signed = await signBody(engine, {
    body,
    signers: [...keys.signers, { id: code.invitation, seed: invitationSeed }],
  });
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
    root: code.rootHash,
  };

  async function finish(): Promise<Awaited<ReturnType<typeof finishStart>>> {
    const store = openSealedStore({ engine, storage: env.storage, deviceFileKey });
    await writeIdentity(store, { ...keys.identity, genesis: genesisEntry });
    await addTask(store, '1-kit-note', { kind: 'kit-note' });
    await writeDeviceRecord(env.storage, { ...record, isPending: true });
    try {
      const answer = await api.call('enrol', {
        body: {
          proof: await proveInvitation(env, code.invitation, invitationSeed),
          body: signed.body,
          sigs: signed.sigs.map(([id, signature]): [string, Uint8Array] => [id, signature]),
          attachments: [keys.boxes],
          registrationRecord: decodeBase64url(registered.record),
          kitHalf,
          following: [],
        },
      });
      await verifyEnrolment(env, api, { genesis: verified, body: signed.body, receipt: answer.receipt });
      await writeDeviceRecord(env.storage, record);
    } catch (cause) {
      // Whatever failed on the way may have failed after the enrolment was written; only a refusal says that it was not.
      const isUnknown = !(cause instanceof StrongroomError) || cause instanceof DependencyError;
      if (!isUnknown) await removeDeviceRecord(env.storage);
      throw cause;
    } finally {
      store.close();
    }
    return await finishStart(env, options.password);
  }

  const verified = genesis;
  const genesisEntry = genesis.entry;
  return createPendingStart(engine, {
    kit,
    fingerprint: keys.fingerprint,
    firm: genesis.firm,
    person,
    root: code.rootHash,
    finish,
  });
}

/**
 * Asks for the invitation. An invitation that is used up while an enrolment of this home is pending was used by it: the home is
 * enrolled, and unlocking goes on with it.
 * @throws ConflictError DEVICE_EXISTS; AccessError INVITATION_INVALID
 */
async function askInvitation(
  api: Api,
  options: { readonly body: InputOf<'startRegistration'>; readonly hasPending: boolean },
): Promise<OutputOf<'startRegistration'>> {
  try {
    return await api.call('startRegistration', { body: options.body });
  } catch (cause) {
    const isUsed = cause instanceof StrongroomError && cause.code === 'INVITATION_INVALID';
    if (isUsed && options.hasPending) throw new ConflictError('DEVICE_EXISTS', {}, { cause });
    throw cause;
  }
}

/** @throws InputError INVITATION_CODE_INVALID */
function parseCode(engine: Engine, text: string): Invitation {
  try {
    return parseInvitation(engine, text);
  } catch (cause) {
    if (cause instanceof StrongroomError) throw new InputError('INVITATION_CODE_INVALID', {}, { cause });
    throw cause;
  }
}

/** Label `enrolment` over invitation and time: whoever holds the code may ask. */
async function proveInvitation(
  env: DeviceEnvironment,
  invitation: InvitationId,
  seed: Uint8Array,
): Promise<{ readonly invitation: InvitationId; readonly at: number; readonly signature: Uint8Array }> {
  const at = env.clock.nowMs();
  const signature = await signLabelled(env.engine, {
    label: 'enrolment',
    seed,
    bytes: encodeCbor([invitation, at]),
  });
  return { invitation, at, signature };
}

/**
 * The invited person, from the firm chain. The chain must be the one whose head the warden signs, and begin with the genesis.
 * @throws IntegrityError CHAIN_INVALID, HEADS_INVALID; AccessError INVITATION_INVALID
 */
async function verifyInvitation(
  engine: Engine,
  options: {
    readonly genesis: VerifiedGenesis;
    readonly answer: OutputOf<'startRegistration'>;
    readonly invitation: InvitationId;
    readonly key: Uint8Array;
    readonly nowMs: number;
  },
): Promise<PersonId> {
  const { genesis, answer, invitation } = options;
  const signed = decodeHeads(answer.heads);
  if (!(await verifyHeads(engine, signed, genesis.warden.sign)) || signed.heads.l !== officeId) {
    throw new IntegrityError('HEADS_INVALID', { reason: 'signature' });
  }
  if (Math.abs(options.nowMs - signed.heads.t) > headsAgeMsMax)
    throw new AccessError('HEADS_STALE', { ledger: officeId });
  let chain = emptyChain;
  let person: PersonId | undefined;
  for (const { index, entry } of answer.entries) {
    if (index === 0 && compareBytes(entry, genesis.entry) !== 0) throw new IntegrityError('GENESIS_MISMATCH');
    chain = extendChain(engine, chain, entryHash(engine, entry));
    const { body } = decodeEntry(entry);
    if (body.k === 'person.invited' && body.invitation === invitation) {
      const isOurs = compareBytes(body.key, options.key) === 0 && body.endsAt > options.nowMs;
      person = isOurs ? body.person : undefined;
    }
    if (body.k === 'invitation.withdrawn' && body.invitation === invitation) person = undefined;
  }
  const said = signed.heads.chains['firm'];
  if (said === undefined || said[0] !== chain.n || compareBytes(said[1], chain.head) !== 0) {
    throw new IntegrityError('CHAIN_INVALID', { chain: 'firm' });
  }
  if (person === undefined || person !== answer.person) throw new AccessError('INVITATION_INVALID');
  return person;
}

/** The enrolment lies in the firm's ledger, as it was signed. @throws IntegrityError RECEIPT_INVALID */
async function verifyEnrolment(
  env: DeviceEnvironment,
  api: Api,
  options: {
    readonly genesis: VerifiedGenesis;
    readonly body: Uint8Array;
    readonly receipt: OutputOf<'enrol'>['receipt'];
  },
): Promise<void> {
  const { genesis, receipt } = options;
  if (compareBytes(decodeEntry(receipt.entry).bodyBytes, options.body) !== 0)
    throw new IntegrityError('RECEIPT_INVALID', { reason: 'body' });
  const anchor = new LedgerAnchor({
    engine: env.engine,
    ledger: officeId,
    readKeys: () => [{ vkey: genesis.warden.vkey }],
    edition: genesis.head.edition,
    fetchConsistency: async (from, to) =>
      (await api.call('getConsistency', { params: { ledger: officeId }, query: { from, to } })).hashes,
    save: async () => undefined,
  });
  await anchor.verifyReceipt(receipt);
}
