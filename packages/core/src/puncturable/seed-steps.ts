/** The steps of the tree and of its commitment (docs/spec/bytes.md section 8). */
import { encodeUtf8 } from '../bytes/index.ts';
import type { Engine } from '../engine/index.ts';

/** What the tree needs of an engine. */
export type TreeEngine = Pick<Engine, 'hmac' | 'sha256' | 'randomBytes'>;

const nodeLabel = encodeUtf8('sr1/ggm/node');
const leafLabel = encodeUtf8('sr1/ggm/leaf');
const liveLabel = encodeUtf8('sr1/ggm/live');
const livePrefix = Uint8Array.of(2);
const innerPrefix = Uint8Array.of(3);

/** Both children's seeds in one byte string of 64: the left one first. */
export function expandSeed(engine: TreeEngine, seed: Uint8Array): Uint8Array {
  return engine.hmac('sha512', seed, nodeLabel);
}

/** The key of a slot from the seed of its leaf. */
export function deriveLeafKey(engine: TreeEngine, leaf: Uint8Array): Uint8Array {
  return engine.hmac('sha256', leaf, leafLabel);
}

/** The commitment to a seed that is held. */
export function commitLive(engine: TreeEngine, seed: Uint8Array): Uint8Array {
  return engine.sha256(livePrefix, engine.hmac('sha256', seed, liveLabel));
}

/** The commitment to an inner node of which a part lives; `pair` is 64 bytes, left and right. */
export function commitInner(engine: Pick<Engine, 'sha256'>, pair: Uint8Array): Uint8Array {
  return engine.sha256(innerPrefix, pair);
}
