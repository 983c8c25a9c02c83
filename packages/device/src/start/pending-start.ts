/** A start between its preparation and the moment the person has shown that the printed kit is in hand. */
import { ConflictError, encodeHex, InputError, wipeBytes } from '@strongroom/core';
import type { Engine, FirmId } from '@strongroom/core';
import type { PendingStart, Unlocked } from '../device/device.ts';
import { formatFingerprint } from '../identity/derivations.ts';
import { findDeviceRecord } from '../identity/identity.ts';
import { formatKit, isKitGroup, kitGroups } from '../identity/kit-text.ts';
import type { Kit } from '../identity/kit-text.ts';
import type { DeviceEnvironment } from '../environment/index.ts';
import type { Api } from '../api/index.ts';

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
    readonly fingerprint: Uint8Array;
    readonly firm: FirmId;
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
    fingerprint: formatFingerprint(options.fingerprint),
    firm: options.firm,
    ...(options.root === undefined ? {} : { root: encodeHex(options.root) }),
    askGroups,
    async complete(answer) {
      const [first, second] = answer.typedGroups;
      if (isOver || answer.noteSigned !== true) throw new InputError('KIT_INVALID');
      if (!isKitGroup(kitText, askGroups[0], first) || !isKitGroup(kitText, askGroups[1], second)) {
        throw new InputError('KIT_INVALID');
      }
      const unlocked = await options.finish();
      isOver = true;
      wipeBytes(options.kit.code);
      return unlocked;
    },
    discard() {
      isOver = true;
      wipeBytes(options.kit.code, options.kit.secret);
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
