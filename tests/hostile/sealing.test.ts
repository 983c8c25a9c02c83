/** B4, B5, B7, B8 at the level of bytes: what a splice, an older suite, a second key or a key of another kind meets. */
import { describe, expect, test } from 'vitest';
import * as core from '@strongroom/core';
import type { ContentKey, EpochKey } from '@strongroom/core';
import {
  otherSealContexts,
  otherWrapContexts,
  sampleContextBytes,
  sampleKey,
  sampleRecordContext,
  sampleSealContext,
  sampleWrapContext,
} from './harness/sample-contexts.ts';
import { createTappedEngine } from './harness/tapped-engine.ts';
import { makeTwoKeyCiphertext } from './harness/two-key-gcm.ts';

const refused = { name: 'CryptoError', code: 'DECRYPT_FAILED' };

describe('B4: wraps and seals are bound to their place', () => {
  const { engine } = createTappedEngine();
  const epochKey: EpochKey = core.newEpochKey(engine);
  const contentKey: ContentKey = core.newContentKey(engine);

  test.each(otherWrapContexts)('B4: a wrap of another %s does not open', async (_field, context) => {
    const wrap = await core.wrapContentKey(engine, { epochKey, context: sampleWrapContext, contentKey });
    expect(await core.unwrapContentKey(engine, { epochKey, context: sampleWrapContext, wrap })).toEqual(
      contentKey,
    );
    await expect(core.unwrapContentKey(engine, { epochKey, context, wrap })).rejects.toMatchObject(refused);
  });

  test.each(otherSealContexts)('B4: a seal of another %s does not open', async (_field, context) => {
    const leafKey = sampleKey(engine);
    const wrap = new Uint8Array(48).fill(1);
    const sealed = await core.sealWrap(engine, { leafKey, context: sampleSealContext, wrap });
    expect(await core.openSealedWrap(engine, { leafKey, context: sampleSealContext, sealed })).toEqual(wrap);
    await expect(core.openSealedWrap(engine, { leafKey, context, sealed })).rejects.toMatchObject(refused);
  });
});

describe('B5: no suite but the one there is, for reading either', () => {
  const { engine } = createTappedEngine();
  const position = { edition: 0, size: 1, root: new Uint8Array(32) };
  const header = core.encodeRecordHeader({
    cardContext: sampleContextBytes,
    cardCommitment: new Uint8Array(32),
    cardStoredSizeBytes: 346,
    root: new Uint8Array(32),
    positions: { office: position, vault: position },
    atMs: 1,
  });
  const decoders: readonly (readonly [string, Uint8Array, (bytes: Uint8Array) => unknown])[] = [
    ['bctx', sampleContextBytes, core.decodeRecordContext],
    ['header', header, core.decodeRecordHeader],
    ['wctx', core.encodeWrapContext(sampleWrapContext), core.decodeWrapContext],
    ['sctx', core.encodeSealContext(sampleSealContext), core.decodeSealContext],
  ];

  test.each(decoders)('B5: a %s that names another suite is refused', (_name, bytes, decode) => {
    expect(() => decode(bytes)).not.toThrow();
    const fields = core.decodeCbor(bytes) as Record<string, core.CborValue>;
    for (const suite of [0, 2, 255]) {
      expect(() => decode(core.encodeCbor({ ...fields, s: suite }))).toThrow(
        expect.objectContaining({ name: 'IntegrityError', code: 'SUITE_REFUSED' }),
      );
    }
  });

  test('B5: a stored card whose front names another suite is refused', async () => {
    const contentKey = core.newContentKey(engine);
    const sealed = await core.sealCard(engine, {
      contentKey,
      context: sampleContextBytes,
      content: { name: 'x' },
    });
    for (const suite of [0, 2]) {
      const stored = sealed.stored.with(4, suite);
      await expect(
        core.openCard(engine, {
          contentKey,
          context: sampleContextBytes,
          commitment: sealed.commitment,
          stored,
        }),
      ).rejects.toMatchObject(refused);
    }
  });
});

describe('B7: a ciphertext is for one key', () => {
  const { engine, tap } = createTappedEngine();

  test('B7: a card that is valid under two keys opens under the one that the author committed to only', async () => {
    const [victimKey, signedKey] = [core.newContentKey(engine), core.newContentKey(engine)];
    const keysOf = (contentKey: ContentKey): core.PartKeys =>
      core.derivePartKeys(engine, { contentKey, part: 'card', context: sampleContextBytes });
    const content = core.encodeCbor({ name: 'pay to account 1', filler: new Uint8Array(128) });
    const plaintext = new Uint8Array(256);
    plaintext.set(core.concatBytes(core.encodeU32(content.length), content));
    const nonce = engine.randomBytes(12);
    const aad = keysOf(victimKey).contextHash;
    const ciphertext = makeTwoKeyCiphertext({
      key: keysOf(victimKey).encryptionKey,
      otherKey: keysOf(signedKey).encryptionKey,
      nonce,
      aad,
      plaintext,
      freeBlock: 6,
    });
    for (const contentKey of [victimKey, signedKey]) {
      // The attack is real: AES-GCM itself takes both keys.
      await engine.openAesGcm({ key: keysOf(contentKey).encryptionKey, nonce, aad, ciphertext });
    }
    const sealed = await core.sealCard(engine, {
      contentKey: signedKey,
      context: sampleContextBytes,
      content: {},
    });
    const stored = core.concatBytes(sealed.stored.subarray(0, 30), nonce, sealed.commitment, ciphertext);
    tap.clear();
    await expect(
      core.openCard(engine, {
        contentKey: victimKey,
        context: sampleContextBytes,
        commitment: sealed.commitment,
        stored,
      }),
    ).rejects.toMatchObject(refused);
    expect(tap.aesKeys(), 'nothing is decrypted before the commitment is compared').toEqual([]);
  });

  test('B7: a body under another key is refused before any segment', () => {
    const context = core.encodeRecordContext({ ...sampleRecordContext, part: 'body' });
    const sealer = core.createBodySealer(engine, {
      contentKey: core.newContentKey(engine),
      context,
      sizeBytes: 10,
    });
    tap.clear();
    expect(() =>
      core.createBodyOpener(engine, {
        contentKey: core.newContentKey(engine),
        context,
        commitment: sealer.commitment,
        header: sealer.header,
        storedSizeBytes: sealer.layout.storedSizeBytes,
      }),
    ).toThrow(expect.objectContaining(refused));
    expect(tap.aesKeys()).toEqual([]);
  });
});

describe('B8: a key is of one kind', () => {
  test('B8: the same 32 bytes as content, epoch and leaf key never meet the same AES key', async () => {
    const { engine, tap } = createTappedEngine();
    const bytes = sampleKey(engine);
    await core.sealCard(engine, { contentKey: bytes, context: sampleContextBytes, content: {} });
    await core.wrapContentKey(engine, { epochKey: bytes, context: sampleWrapContext, contentKey: bytes });
    await core.sealWrap(engine, { leafKey: bytes, context: sampleSealContext, wrap: new Uint8Array(48) });
    const keys = tap.aesKeys().map((key) => core.encodeHex(key));
    expect(keys).toHaveLength(3);
    expect(new Set([...keys, core.encodeHex(bytes)]).size).toBe(4);
  });

  test('B8: a room key given as a content key opens nothing', async () => {
    const { engine } = createTappedEngine();
    const epochKey = core.newEpochKey(engine);
    const sealed = await core.sealCard(engine, {
      contentKey: core.newContentKey(engine),
      context: sampleContextBytes,
      content: {},
    });
    await expect(
      core.openCard(engine, {
        // @ts-expect-error -- the compiler keeps the kinds apart: this line must not type-check
        contentKey: epochKey,
        context: sampleContextBytes,
        commitment: sealed.commitment,
        stored: sealed.stored,
      }),
    ).rejects.toMatchObject(refused);
  });
});
