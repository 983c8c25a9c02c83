/**
 * Adopting a new device of this person (docs/spec/requests.md 4.1). The code comes from the new device's screen and from nowhere else:
 * what it does not open was made by somebody who did not see it, and is refused before anything is shown or signed (attack A2).
 */
import {
  AccessError,
  compareBytes,
  CryptoError,
  deriveAdoptionKeys,
  formatDeviceFingerprint,
  IntegrityError,
  LimitError,
  officeId,
  openAdoptionRequest,
  parseAdoptionCode,
  sealAdoptionAnswer,
} from '@strongroom/core';
import type { AdoptionKeys, AdoptionRequest, PersonId } from '@strongroom/core';
import { devicesMax, newestGeneration } from '@strongroom/authority';
import type { DeviceContext } from '../device/context.ts';
import type { AdoptionPreview, DevicesModule } from '../device/device.ts';
import { hashAttachment, sealGenerationBoxes } from '../identity/generation-boxes.ts';
import { takeUpGenerations } from '../identity/generations.ts';
import { readDeviceRecord } from '../identity/identity.ts';
import { markNoticed } from './device-rows.ts';
import { readStaffNames } from './people.ts';

const now = Number.MAX_SAFE_INTEGER;

interface Found {
  readonly keys: AdoptionKeys;
  readonly request: AdoptionRequest;
  readonly preview: AdoptionPreview;
}

export function createAdoption(context: DeviceContext): Pick<DevicesModule, 'previewAdoption' | 'adopt'> {
  return {
    previewAdoption: async (code) => (await findRequest(context, code)).preview,
    async adopt({ code, fingerprint }) {
      const { keys, request, preview } = await findRequest(context, code);
      if (preview.fingerprint !== fingerprint) throw new AccessError('FINGERPRINT_MISMATCH');
      // Signed before, and cut off before the answer was left.
      if (!isOwn(context, request)) await appendDevice(context, request);
      await markNoticed(context, request.device);
      await answer(context, keys, request);
      return { device: request.device };
    },
  };
}

/** The request behind a code, opened and compared with what this device knows of the firm. */
async function findRequest(context: DeviceContext, code: string): Promise<Found> {
  const { engine } = context.env;
  const keys = deriveAdoptionKeys(engine, parseAdoptionCode(engine, code));
  const { request: sealed, endsAtMs } = await context.api.call('takeAdoption', {
    params: { adoption: keys.id },
  });
  const request = await openRequest(context, keys, sealed);
  await context.book.syncLedger(officeId);
  assertAdoptable(context, request);
  const { device, name } = request;
  return {
    keys,
    request,
    preview: { device, name, fingerprint: formatDeviceFingerprint(engine, request), endsAtMs },
  };
}

async function openRequest(
  context: DeviceContext,
  keys: AdoptionKeys,
  sealed: Uint8Array,
): Promise<AdoptionRequest> {
  try {
    return await openAdoptionRequest(context.env.engine, keys, sealed);
  } catch (cause) {
    if (!(cause instanceof CryptoError)) throw cause;
    throw new IntegrityError('ADOPTION_REFUSED', { reason: 'request' }, { cause });
  }
}

/** @throws IntegrityError ADOPTION_REFUSED for another firm or keys in use; LimitError LIMIT_EXCEEDED */
function assertAdoptable(context: DeviceContext, request: AdoptionRequest): void {
  const { office } = context.book;
  const root = office.firm?.root;
  if (root === undefined || compareBytes(root, request.root) !== 0)
    throw new IntegrityError('ADOPTION_REFUSED', { reason: 'root' });
  if (isOwn(context, request)) return;
  if (office.devices.has(request.device)) throw new IntegrityError('ADOPTION_REFUSED', { reason: 'device' });
  const open = [...office.devices.values()].filter(
    ({ person, life }) => person === context.person && life.to === undefined,
  );
  if (open.length >= devicesMax) throw new LimitError('LIMIT_EXCEEDED', { name: 'devices', max: devicesMax });
}

/** Whether the chain names this very device as one of this person's already. */
function isOwn(context: DeviceContext, { device, sign, kem }: AdoptionRequest): boolean {
  const found = context.book.office.devices.get(device);
  return (
    found?.person === context.person &&
    found.life.to === undefined &&
    compareBytes(found.sign, sign) === 0 &&
    compareBytes(found.kem, kem) === 0
  );
}

async function appendDevice(context: DeviceContext, request: AdoptionRequest): Promise<void> {
  const { book, env, identity, person } = context;
  const { engine } = env;
  const { device: id, sign, kem } = request;
  const device = { id, sign, kem };
  const attachments: Uint8Array[] = [];
  await book.append<PersonId>({
    ledger: officeId,
    chain: person,
    attachments,
    makeBody: async (start) => {
      // A generation made meanwhile is taken up and boxed instead.
      await takeUpGenerations(context);
      const generation = newestGeneration(book.office, person, now)?.n ?? 0;
      const seed = identity.generations.get(generation);
      if (seed === undefined) throw new IntegrityError('IDENTITY_REFUSED', { generation });
      const boxes = await sealGenerationBoxes(engine, { person, generation, seed, recipients: [device] });
      attachments.splice(0, attachments.length, boxes);
      return { k: 'device.added', ...start, device, boxesHash: hashAttachment(engine, boxes) };
    },
  });
}

/** Seals what the new device needs beside the password. A request that was answered before is left as it is. */
async function answer(context: DeviceContext, keys: AdoptionKeys, request: AdoptionRequest): Promise<void> {
  const { api, env, person } = context;
  const { state } = await api.call('getAdoption', { params: { adoption: keys.id } });
  if (state === 'answered') return;
  const { kitSecret, serverKey } = await readDeviceRecord(env.storage);
  const personName = (await readStaffNames(context)).get(person);
  const sealed = await sealAdoptionAnswer(env.engine, {
    keys,
    request,
    answer: {
      root: request.root,
      person,
      kitSecret,
      serverKey,
      ...(personName === undefined ? {} : { personName }),
    },
  });
  await api.call('answerAdoption', { params: { adoption: keys.id }, body: { answer: sealed } });
}
