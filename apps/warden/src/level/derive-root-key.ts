/** The key that seals a root where the state key has further parts: HKDF over all of them (docs/spec/warden.md section 14). */
import { concatBytes, decodeHex, encodeCbor, encodeHex, encodeUtf8, wipeBytes } from '@strongroom/core';
import type { Engine } from '@strongroom/core';
import type { StateKey } from '../storage/state-key-file.ts';
import { levelOf } from './part-list.ts';
import type { KeyPart } from './part-list.ts';

const rootInfo = encodeUtf8('sr1/warden/state-key');
const checkInfo = encodeUtf8('sr1/warden/state-key-part');
const infoLimits = { sizeBytesMax: 1_024, depthMax: 4 } as const;

/** Length of a part's secret. */
export const partBytes = 32;

/** @param secrets of the parts, in their order */
export function deriveRootKey(
  engine: Pick<Engine, 'hkdf'>,
  { generation, key }: StateKey,
  parts: readonly Pick<KeyPart, 'kind' | 'id'>[],
  secrets: readonly Uint8Array[],
): Uint8Array {
  const ikm = concatBytes(key, ...secrets);
  const named = [levelOf(parts), parts.map(({ kind, id }) => [kind, decodeHex(id)]), generation];
  const info = concatBytes(rootInfo, encodeCbor(named, infoLimits));
  const derived = engine.hkdf('sha256', { ikm, info, length: 32 });
  wipeBytes(ikm);
  return derived;
}

/** Tells a part from another one, and nothing of it. */
export function checkOf(engine: Pick<Engine, 'hkdf'>, id: string, secret: Uint8Array): string {
  const info = concatBytes(checkInfo, decodeHex(id));
  return encodeHex(engine.hkdf('sha256', { ikm: secret, info, length: 16 }));
}
