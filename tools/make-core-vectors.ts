/**
 * Writes tests/vectors/core/*.json from fixed inputs. Run it when a format is added; a change of an existing output is a
 * change of suite. Usage: node tools/make-core-vectors.ts
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { computeCoreVector, encodeHex, encodeUtf8 } from '@strongroom/core';
import type { CoreVector, VectorFields } from '@strongroom/core';
import { createNodeEngine } from '@strongroom/core/node';

const engine = createNodeEngine();
/** Bytes that look random and are the same every time. */
const fill = (name: string, length: number): string =>
  encodeHex(engine.hkdf('sha256', { ikm: encodeUtf8('strongroom vectors'), info: encodeUtf8(name), length }));
const ids = {
  firm: fill('firm', 16),
  vault: fill('vault', 16),
  room: fill('room', 16),
  record: fill('record', 16),
  device: fill('device', 16),
};
const contentKey = fill('contentKey', 32);

async function sealHpkeInput(): Promise<VectorFields> {
  const seed = engine.hkdf('sha256', {
    ikm: encodeUtf8('strongroom vectors'),
    info: encodeUtf8('hpke'),
    length: 32,
  });
  const aad = encodeUtf8('aad');
  const publicKey = await engine.hpkePublicKey(seed);
  const sealed = await engine.hpkeSeal({
    publicKey,
    info: encodeUtf8('sr1/vector'),
    aad,
    plaintext: encodeUtf8('plaintext'),
  });
  return { seed: encodeHex(seed), aad: encodeHex(aad), sealed: encodeHex(sealed) };
}

const files: Readonly<Record<string, readonly (readonly [string, VectorFields])[]>> = {
  contexts: [
    ['bctx', { ...ids, version: 1, epoch: 7, part: 'card', contentKey }],
    ['bctx', { ...ids, version: 4_294_967_295, epoch: 256, part: 'body', contentKey }],
    ['cbor', { number: 281_474_976_710_655, text: 'zażółć 你好' }],
    ['cbor', { number: -9_007_199_254_740_991, text: '' }],
    ['signature', { seed: fill('seed', 32), message: fill('message', 40) }],
  ],
  records: [
    [
      'card',
      {
        ...ids,
        version: 1,
        epoch: 7,
        part: 'card',
        contentKey,
        nonce: fill('nonce', 12),
        content: 'Statement of claim',
      },
    ],
    [
      'card',
      {
        ...ids,
        version: 2,
        epoch: 7,
        part: 'card',
        contentKey,
        nonce: fill('nonce', 12),
        content: 'x'.repeat(300),
      },
    ],
    [
      'body',
      {
        ...ids,
        version: 1,
        epoch: 7,
        part: 'body',
        contentKey,
        random: fill('random', 44),
        content: fill('content', 1000),
      },
    ],
    [
      'body',
      { ...ids, version: 1, epoch: 7, part: 'body', contentKey, random: fill('random', 44), content: '' },
    ],
    [
      'wrap',
      {
        ...ids,
        headerHash: fill('headerHash', 32),
        version: 1,
        epoch: 7,
        part: 'body',
        slot: 281_474_976_710_655,
        contentKey,
        epochKey: fill('epochKey', 32),
        leafKey: fill('leafKey', 32),
        nonce: fill('nonce', 12),
      },
    ],
  ],
  tree: [
    [
      'tree',
      { rootSeed: fill('rootSeed', 32), asked: [0, 1, 268_435_456, 281_474_976_710_655], punctured: [5] },
    ],
    [
      'tree',
      {
        rootSeed: fill('rootSeed', 32),
        asked: [2],
        punctured: [4, 5, 6, 7, 281_474_976_710_655, 268_435_459],
      },
    ],
  ],
  keys: [
    [
      'keys',
      {
        genSeed: fill('genSeed', 32),
        exportKey: fill('exportKey', 64),
        kitSecret: fill('kitSecret', 16),
        kitCode: fill('kitCode', 16),
        kitHalf: fill('kitHalf', 32),
        person: fill('person', 16),
        device: ids.device,
        invitation: fill('invitation', 16),
        vault: ids.vault,
        room: ids.room,
        // U+FB01 and a combining accent: NFKC changes both.
        password: 'ﬁve e\u0301legant horses',
      },
    ],
    ['argon2id', { password: 'five elegant horses', salt: fill('salt', 16) }],
    ['hpke', await sealHpkeInput()],
  ],
};

const directory = new URL('../tests/vectors/core/', import.meta.url);
await mkdir(directory, { recursive: true });
for (const [name, cases] of Object.entries(files)) {
  const vectors: CoreVector[] = [];
  for (const [computation, input] of cases) {
    // oxlint-disable-next-line no-await-in-loop -- in order
    vectors.push({ name: computation, input, output: await computeCoreVector(engine, computation, input) });
  }
  // oxlint-disable-next-line no-await-in-loop -- in order
  await writeFile(
    new URL(`${name}.json`, directory),
    `${JSON.stringify({ format: 'strongroom-core-vectors-1', vectors }, undefined, 1)}\n`,
  );
}
