/** Small sealed JSON of this device: saved views, language, idle limit, theme. Never sent anywhere. */
import { decodeUtf8, encodeUtf8, InputError, IntegrityError, LimitError } from '@strongroom/core';
import type { DeviceContext } from '../device/context.ts';
import type { PreferencesModule, PreferenceValue } from '../device/preferences.ts';

/** Bytes of one value as JSON. */
const preferenceBytesMax = 65_536;
const preferencesMax = 200;
const folder = 'preference/';

export function createPreferences({ store }: Pick<DeviceContext, 'store'>): PreferencesModule {
  async function list(): Promise<string[]> {
    return (await store.list(folder)).map((name) => name.slice(folder.length));
  }

  return {
    list,
    async read(key) {
      const bytes = await store.readBytes(nameOf(key));
      return bytes === undefined ? undefined : parse(bytes);
    },
    async write(key, value) {
      const name = nameOf(key);
      if (value === undefined) return await store.remove(name);
      const bytes = encodeUtf8(format(value));
      if (bytes.length > preferenceBytesMax)
        throw new LimitError('LIMIT_EXCEEDED', { name: 'preferenceBytesMax', max: preferenceBytesMax });
      const names = await list();
      if (!names.includes(key) && names.length >= preferencesMax)
        throw new LimitError('LIMIT_EXCEEDED', { name: 'preferencesMax', max: preferencesMax });
      await store.writeBytes(name, bytes);
    },
  };
}

function nameOf(key: string): string {
  if (!/^[a-z0-9._-]{1,64}$/.test(key)) throw new InputError('INPUT_INVALID', { name: 'key' });
  return folder + key;
}

/** @throws InputError INPUT_INVALID for what JSON cannot hold */
function format(value: PreferenceValue): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (cause) {
    throw new InputError('INPUT_INVALID', { name: 'value' }, { cause });
  }
  if (typeof text !== 'string') throw new InputError('INPUT_INVALID', { name: 'value' });
  return text;
}

function parse(bytes: Uint8Array): PreferenceValue {
  try {
    return JSON.parse(decodeUtf8(bytes)) as PreferenceValue;
  } catch (cause) {
    throw new IntegrityError('STATE_INVALID', {}, { cause });
  }
}
