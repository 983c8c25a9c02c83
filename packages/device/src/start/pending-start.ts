/** A start between its preparation and the moment the person has shown that the printed kit is in hand. */
import { ConflictError, encodeHex, formatKit, InputError, wipeBytes } from '@strongroom/core';
import type { Engine, FirmId, Kit, PersonId } from '@strongroom/core';
import type { PendingStart, Unlocked } from '../device/device.ts';
import { findDeviceRecord } from '../identity/identity.ts';
import type { DeviceEnvironment } from '../environment/index.ts';
import type { Api } from '../api/index.ts';

/** Groups in a printed kit. */
const kitGroups = 8;

/** Whether a typed group is the kit's group `number`, counted from 1; read as kits are read: O as 0, I and L as 1. */
function isKitGroup(kitText: string, number: number, typed: string): boolean {
  const normal = typed.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1');
  return normal !== '' && normal === kitText.split('-')[number - 1];
}

/** Two groups that the person types, different ones, by chance. */
function chooseGroups(engine: Pick<Engine, 'randomBytes'>): readonly [number, number] {
  const [first = 0, second = 0] = engine.randomBytes(2);
  const one = first % kitGroups;
  const other = (one + 1 + (second % (kitGroups - 1))) % kitGroups;
  return [Math.min(one, other) + 1, Math.max(one, other) + 1];
}

/** Waits for the kit; `finish` then writes, once. */
export function createPendingStart(
  engine: Engine,
  options: {
    readonly kit: Kit;
    readonly fingerprint: string;
    readonly firm: FirmId;
    readonly person: PersonId;
    readonly root?: Uint8Array;
    readonly finish: () => Promise<Unlocked>;
  },
): PendingStart {
  const kitText = formatKit(engine, options.kit);
  const askGroups = chooseGroups(engine);
  let isOver = false;
  return {
    kitText,
    groups: kitText.split('-'),
    note: 'lost-kit-means-reset',
    fingerprint: options.fingerprint,
    firm: options.firm,
    person: options.person,
    ...(options.root === undefined ? {} : { root: encodeHex(options.root) }),
    askGroups,
    async complete(answer) {
      const [first, second] = answer.typedGroups;
      if (isOver || !answer.noteSigned) throw new InputError('KIT_INVALID');
      if (!isKitGroup(kitText, askGroups[0], first) || !isKitGroup(kitText, askGroups[1], second)) {
        throw new InputError('KIT_INVALID');
      }
      const unlocked = await options.finish();
      isOver = true;
      wipeBytes(options.kit.kitCode);
      return unlocked;
    },
    discard() {
      isOver = true;
      wipeBytes(options.kit.kitCode, options.kit.kitSecret);
    },
  };
}

/**
 * A storage holds one device. A first run whose genesis never reached the server may be begun again.
 * @throws ConflictError DEVICE_EXISTS
 */
export async function assertNoDevice(env: DeviceEnvironment, api: Api): Promise<void> {
  const record = await findDeviceRecord(env.storage);
  if (record === undefined) return;
  const isUnwritten = record.root === undefined && (await api.call('getFirm')).state === 'new';
  if (!isUnwritten) throw new ConflictError('DEVICE_EXISTS');
}
