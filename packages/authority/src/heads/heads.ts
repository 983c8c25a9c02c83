/** Heads: what the warden signs about a ledger and its chains (docs/spec/requests.md section 3). */
import { encodeCbor, InputError, signLabelled, StrongroomError, verifyLabelled } from '@strongroom/core';
import type { Engine, VaultId } from '@strongroom/core';
import { decodeStrictly } from '../bodies/body-codec.ts';
import { chainId, count, hash, headPair, timeMs } from '../bodies/field-values.ts';
import { bytes, bytesBetween, id, map, matchesField, table, tuple } from '../bodies/field.ts';
import type { Field } from '../bodies/field.ts';
import type { Hash, HeadPair } from '../bodies/index.ts';

/** Age from which heads are stale, in milliseconds. */
export const headsAgeMsMax = 600_000;

/** The body of heads. */
export type Heads = {
  /** The warden's clock in milliseconds. */
  readonly t: number;
  readonly l: VaultId;
  readonly edition: number;
  readonly size: number;
  readonly root: Hash;
  /** The office's size and root at that time. */
  readonly o: readonly [size: number, root: Hash];
  /** Chain id to number of entries and head. */
  readonly chains: Readonly<Record<string, HeadPair>>;
};

/** Decoded heads with the bytes that were signed. */
export type SignedHeads = {
  readonly heads: Heads;
  readonly bodyBytes: Uint8Array;
  readonly signature: Uint8Array;
  readonly bytes: Uint8Array;
};

type OfficePair = readonly [size: number, root: Hash];
const headsShape: Field<Heads> = map<Heads>({
  t: timeMs,
  l: id('vlt'),
  edition: count,
  size: count,
  root: hash,
  o: tuple<OfficePair>(count, hash),
  chains: table(chainId, headPair, 10_000),
});
type SignedTuple = readonly [Uint8Array, Uint8Array];
const signedShape: Field<SignedTuple> = tuple<SignedTuple>(bytesBetween(1, 1_000_000), bytes(64));

/** The bytes of heads that are signed. @throws InputError FORMAT_INVALID */
export function encodeHeads(heads: Heads): Uint8Array {
  if (!matchesField(headsShape, heads)) throw new InputError('FORMAT_INVALID', { format: 'heads' });
  return encodeCbor(heads);
}

/** Encodes and signs heads; answers the bytes that are sent. @throws InputError FORMAT_INVALID */
export async function signHeads(
  engine: Pick<Engine, 'signEd25519'>,
  options: { readonly heads: Heads; readonly seed: Uint8Array },
): Promise<Uint8Array> {
  const bodyBytes = encodeHeads(options.heads);
  const signature = await signLabelled(engine, { label: 'heads', seed: options.seed, bytes: bodyBytes });
  return encodeCbor([bodyBytes, signature]);
}

/** The heads of bytes as sent; the signature is not verified yet. @throws InputError FORMAT_INVALID */
export function decodeHeads(encoded: Uint8Array): SignedHeads {
  const outer = decodeOrRefuse(encoded);
  if (!matchesField(signedShape, outer)) throw new InputError('FORMAT_INVALID', { format: 'heads' });
  const [bodyBytes, signature] = outer;
  const heads = decodeOrRefuse(bodyBytes);
  if (!matchesField(headsShape, heads)) throw new InputError('FORMAT_INVALID', { format: 'heads' });
  return { heads, bodyBytes, signature, bytes: encoded };
}

function decodeOrRefuse(encoded: Uint8Array): unknown {
  try {
    return decodeStrictly(encoded);
  } catch (cause) {
    if (!(cause instanceof StrongroomError)) throw cause;
    throw new InputError('FORMAT_INVALID', { format: 'heads' }, { cause });
  }
}

/** Whether heads are signed by the warden that holds this key. */
export async function verifyHeads(
  engine: Pick<Engine, 'verifyEd25519'>,
  signed: SignedHeads,
  publicKey: Uint8Array,
): Promise<boolean> {
  return await verifyLabelled(engine, {
    label: 'heads',
    publicKey,
    bytes: signed.bodyBytes,
    signature: signed.signature,
  });
}
