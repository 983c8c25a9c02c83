/**
 * Strongroom's own vectors of everything above the primitives: language-neutral cases `{ name, input, output }` with bytes
 * in hexadecimal, and one function per name that computes the output from the input. The same function makes the files in
 * `tests/vectors/core` and checks them, in Node and in browsers; a second implementation in another language checks the
 * files independently.
 */
import { decodeHex, encodeHex, encodeUtf8 } from '../bytes/index.ts';
import { encodeCbor } from '../cbor/index.ts';
import {
  decodeRecordContext,
  encodeRecordContext,
  encodeSealContext,
  encodeWrapContext,
  hashRecordContext,
  hashSealContext,
  hashWrapContext,
} from '../contexts/index.ts';
import type { RecordContext, RecordPart, SealContext, WrapContext } from '../contexts/index.ts';
import type { Engine } from '../engine/index.ts';
import { formatId } from '../ids/index.ts';
import type { Id, IdPrefix } from '../ids/index.ts';
import {
  commitEpochKey,
  deriveDeviceFileKey,
  deriveGenerationKeys,
  deriveInvitationSignSeed,
  deriveKitUnlockSeed,
  deriveOpaquePassword,
  derivePasswordUnlockSeed,
  deriveUnlockKeys,
  formatInvitation,
  formatKit,
} from '../keys/index.ts';
import { signLabelled } from '../labels/index.ts';
import { PuncturableTree } from '../puncturable/index.ts';
import { createBodySealer, derivePartKeys, hashSegmentLeaf, hashSegmentTree, openSealedWrap, sealCard, sealWrap, wrapContentKey } from '../records/index.ts';

/** Fields of a case: texts (bytes as hexadecimal), numbers, and lists of these. */
export type VectorFields = Readonly<Record<string, string | number | readonly (string | number)[]>>;
/** One case. */
export type CoreVector = { readonly name: string; readonly input: VectorFields; readonly output: VectorFields };
/** What a run counted. */
export type CoreVectorCounts = { readonly passed: number; readonly failures: readonly string[] };

/** Compares every case with what this engine computes. */
export async function runCoreVectors(engine: Engine, vectors: readonly CoreVector[]): Promise<CoreVectorCounts> {
  const failures: string[] = [];
  for (const [index, vector] of vectors.entries()) {
    // oxlint-disable-next-line no-await-in-loop -- case by case
    const output = await computeCoreVector(engine, vector.name, vector.input).catch((error: unknown) => String(error));
    if (JSON.stringify(output) !== JSON.stringify(vector.output)) failures.push(`${vector.name} ${index}`);
  }
  return { passed: vectors.length - failures.length, failures };
}

/** The output of one case. */
export async function computeCoreVector(engine: Engine, name: string, input: VectorFields): Promise<VectorFields> {
  const compute = computations[name];
  if (compute === undefined) throw new TypeError(`unknown vector ${name}`);
  return await compute(engine, new Fields(input));
}

class Fields {
  readonly #input: VectorFields;

  constructor(input: VectorFields) {
    this.#input = input;
  }

  text(key: string): string {
    const value = this.#input[key];
    if (typeof value !== 'string') throw new TypeError(`${key} is no text`);
    return value;
  }
  number(key: string): number {
    const value = this.#input[key];
    if (typeof value !== 'number') throw new TypeError(`${key} is no number`);
    return value;
  }
  list(key: string): readonly (string | number)[] {
    const value = this.#input[key];
    if (!Array.isArray(value)) throw new TypeError(`${key} is no list`);
    return value as readonly (string | number)[];
  }
  bytes(key: string): Uint8Array {
    return decodeHex(this.text(key));
  }
  id<P extends IdPrefix>(prefix: P, key: string): Id<P> {
    return formatId(prefix, this.bytes(key));
  }
}

type Compute = (engine: Engine, fields: Fields) => Promise<VectorFields>;

function recordContextOf(fields: Fields): RecordContext {
  return {
    firm: fields.id('frm', 'firm'),
    vault: fields.id('vlt', 'vault'),
    homeRoom: fields.id('rom', 'room'),
    record: fields.id('rec', 'record'),
    version: fields.number('version'),
    part: fields.text('part') as RecordPart,
    kind: 'document',
    recordClass: 2,
    device: fields.id('dev', 'device'),
    epoch: fields.number('epoch'),
  };
}

function wrapContextOf(fields: Fields): WrapContext {
  return {
    headerHash: fields.bytes('headerHash'),
    part: fields.text('part') as RecordPart,
    room: fields.id('rom', 'room'),
    epoch: fields.number('epoch'),
    slot: fields.number('slot'),
    grantor: fields.id('dev', 'device'),
  };
}

function sealContextOf(engine: Engine, fields: Fields): SealContext {
  return {
    vault: fields.id('vlt', 'vault'),
    slot: fields.number('slot'),
    record: fields.id('rec', 'record'),
    version: fields.number('version'),
    part: fields.text('part') as RecordPart,
    room: fields.id('rom', 'room'),
    wrapContextHash: hashWrapContext(engine, wrapContextOf(fields)),
  };
}

/** An engine whose randomness is given, so that sealing gives fixed bytes. Here only. */
function withRandom(engine: Engine, random: Uint8Array): Engine {
  let offset = 0;
  return {
    ...engine,
    randomBytes(length) {
      offset += length;
      return random.slice(offset - length, offset);
    },
  };
}

const computations: Readonly<Record<string, Compute>> = {
  bctx: async (engine, fields) => {
    const encoded = encodeRecordContext(recordContextOf(fields));
    const part = decodeRecordContext(encoded).part;
    const keys = derivePartKeys(engine, { contentKey: fields.bytes('contentKey'), part, context: encoded });
    return {
      bctx: encodeHex(encoded),
      hash: encodeHex(hashRecordContext(engine, encoded)),
      key: encodeHex(keys.encryptionKey),
      commitment: encodeHex(keys.commitment),
    };
  },
  card: async (engine, fields) => {
    const { stored } = await sealCard(withRandom(engine, fields.bytes('nonce')), {
      contentKey: fields.bytes('contentKey'),
      context: encodeRecordContext(recordContextOf(fields)),
      content: { name: fields.text('content') },
    });
    return { stored: encodeHex(stored) };
  },
  body: async (engine, fields) => {
    const content = fields.bytes('content');
    const sealer = createBodySealer(withRandom(engine, fields.bytes('random')), {
      contentKey: fields.bytes('contentKey'),
      context: encodeRecordContext(recordContextOf(fields)),
      sizeBytes: content.length,
    });
    const segment = await sealer.sealSegment(0, content);
    const leaves = [sealer.header, segment].map((stored) => hashSegmentLeaf(engine, stored));
    return { header: encodeHex(sealer.header), segment: encodeHex(segment), root: encodeHex(hashSegmentTree(engine, leaves)) };
  },
  wrap: async (engine, fields) => {
    const context = wrapContextOf(fields);
    const wrap = await wrapContentKey(engine, { epochKey: fields.bytes('epochKey'), context, contentKey: fields.bytes('contentKey') });
    const seal = sealContextOf(engine, fields);
    const leafKey = fields.bytes('leafKey');
    const sealed = await sealWrap(withRandom(engine, fields.bytes('nonce')), { leafKey, context: seal, wrap });
    const sctx = encodeSealContext(seal);
    return {
      wctx: encodeHex(encodeWrapContext(context)),
      wctxHash: encodeHex(hashWrapContext(engine, context)),
      wrap: encodeHex(wrap),
      sctx: encodeHex(sctx),
      sctxHash: encodeHex(hashSealContext(engine, sctx)),
      sealed: encodeHex(sealed),
      opened: encodeHex(await openSealedWrap(engine, { leafKey, context: seal, sealed })),
    };
  },
  tree: async (engine, fields) => {
    const tree = PuncturableTree.fromRootSeed(engine, fields.bytes('rootSeed'));
    const asked = fields.list('asked').map(Number);
    const keys = asked.map((slot) => encodeHex(tree.leafKey(slot)));
    const before = encodeHex(tree.rootCommitment);
    tree.puncture(fields.list('punctured').map(Number));
    const proof = tree.proveDead(Number(fields.list('punctured')[0]));
    return { keys, before, after: encodeHex(tree.rootCommitment), proof: proof.map(encodeHex), seeds: tree.seedCount };
  },
  keys: async (engine, fields) => {
    const [exportKey, kitSecret, kitCode, kitHalf] = ['exportKey', 'kitSecret', 'kitCode', 'kitHalf'].map((key) => fields.bytes(key)) as [
      Uint8Array,
      Uint8Array,
      Uint8Array,
      Uint8Array,
    ];
    const person = fields.id('per', 'person');
    const generation = deriveGenerationKeys(engine, fields.bytes('genSeed'));
    const password = derivePasswordUnlockSeed(engine, { exportKey, kitSecret, person });
    const unlock = deriveUnlockKeys(engine, password);
    const invitation = { rootHash: kitHalf, seed: kitCode, invitation: fields.id('inv', 'invitation') };
    const epoch = { vault: fields.id('vlt', 'vault'), room: fields.id('rom', 'room'), epoch: 3 };
    return {
      generationKem: encodeHex(generation.kemSeed),
      generationSelf: encodeHex(generation.selfKey),
      generationPrevious: encodeHex(generation.previousKey),
      passwordUnlock: encodeHex(password),
      unlockSign: encodeHex(unlock.signSeed),
      unlockKem: encodeHex(unlock.kemSeed),
      kitUnlock: encodeHex(deriveKitUnlockSeed(engine, { kitCode, kitHalf, kitSecret, person })),
      opaquePassword: deriveOpaquePassword(engine, { password: fields.text('password'), kitSecret, person }),
      deviceFile: encodeHex(deriveDeviceFileKey(engine, { exportKey, kitSecret, device: fields.id('dev', 'device') })),
      kit: formatKit(engine, { kitSecret, kitCode }),
      invitation: formatInvitation(engine, invitation),
      invitationSign: encodeHex(deriveInvitationSignSeed(engine, invitation)),
      epochCommitment: encodeHex(commitEpochKey(engine, epoch, fields.bytes('genSeed'))),
    };
  },
  signature: async (engine, fields) => ({
    publicKey: encodeHex(await engine.ed25519PublicKey(fields.bytes('seed'))),
    signature: encodeHex(await signLabelled(engine, { label: 'entry', seed: fields.bytes('seed'), bytes: fields.bytes('message') })),
  }),
  cbor: async (_engine, fields) => ({
    bytes: encodeHex(
      encodeCbor({ z: fields.number('number'), aa: fields.text('text'), b: [encodeUtf8(fields.text('text')), true, null, -1], '': {} }),
    ),
  }),
  hpke: async (engine, fields) => {
    const info = encodeUtf8('sr1/vector');
    const opened = await engine.hpkeOpen({ seed: fields.bytes('seed'), info, aad: fields.bytes('aad'), sealed: fields.bytes('sealed') });
    return { publicKey: encodeHex(engine.sha256(await engine.hpkePublicKey(fields.bytes('seed')))), opened: encodeHex(opened) };
  },
  argon2id: async (engine, fields) => {
    const options = { password: encodeUtf8(fields.text('password')), salt: fields.bytes('salt'), length: 32 };
    return { key: encodeHex(await engine.argon2id({ ...options, memoryKib: 65_536, iterations: 3, parallelism: 1 })) };
  },
};
