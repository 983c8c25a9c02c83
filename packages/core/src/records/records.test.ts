/** Records end to end: card, body, wraps; every flipped bit and every wrong context is refused. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as core from '../index.ts';
import type { Engine, RecordContext, SealContext, WrapContext } from '../index.ts';
import { createNodeEngine } from '../node/index.ts';

const engines: readonly (readonly [string, Engine])[] = [
  ['node', createNodeEngine()],
  ['web', core.createWebEngine()],
];
const id = <P extends core.IdPrefix>(prefix: P, byte: number): core.Id<P> =>
  core.formatId(prefix, new Uint8Array(16).fill(byte));
const context: RecordContext = {
  firm: id('frm', 1),
  vault: id('vlt', 2),
  homeRoom: id('rom', 3),
  record: id('rec', 4),
  version: 1,
  part: 'card',
  kind: 'document',
  recordClass: 2,
  device: id('dev', 5),
  epoch: 7,
};
const others: readonly Partial<RecordContext>[] = [
  { firm: id('frm', 9) },
  { vault: id('vlt', 9) },
  { homeRoom: id('rom', 9) },
  { record: id('rec', 9) },
  { version: 2 },
  { kind: 'note' },
  { recordClass: 1 },
  { device: id('dev', 9) },
  { epoch: 8 },
];
const refused = { name: 'CryptoError', code: 'DECRYPT_FAILED' };

describe.each(engines)('%s', (_name, engine) => {
  const contentKey = core.newContentKey(engine);
  const encoded = core.encodeRecordContext(context);
  const content = { name: 'Statement of claim', size: 12, labels: {}, folder: ['a'] };

  test('a card opens to what was sealed, and any altered byte is refused', async () => {
    const { stored, commitment } = await core.sealCard(engine, { contentKey, context: encoded, content });
    expect((stored.length - core.cardSizes.front - 16) % 256).toBe(0);
    expect(await core.openCard(engine, { contentKey, context: encoded, commitment, stored })).toEqual(
      content,
    );
    for (let index = 0; index < stored.length; index++) {
      const altered = stored.with(index, (stored[index] ?? 0) ^ (1 << (index % 8)));
      // oxlint-disable-next-line no-await-in-loop -- one byte after the other
      await expect(
        core.openCard(engine, { contentKey, context: encoded, commitment, stored: altered }),
      ).rejects.toMatchObject(refused);
    }
    for (const length of [0, 10, 73, 74, 90, stored.length - 256, stored.length - 1]) {
      // oxlint-disable-next-line no-await-in-loop -- one cut after the other
      await expect(
        core.openCard(engine, {
          contentKey,
          context: encoded,
          commitment,
          stored: stored.subarray(0, length),
        }),
      ).rejects.toMatchObject(refused);
    }
  });

  test.each(others)('a card is refused under the context %o', async (other) => {
    const { stored, commitment } = await core.sealCard(engine, { contentKey, context: encoded, content });
    const wrong = core.encodeRecordContext({ ...context, ...other });
    await expect(
      core.openCard(engine, { contentKey, context: wrong, commitment, stored }),
    ).rejects.toMatchObject(refused);
  });

  test('a key that gives another commitment is refused before decryption', async () => {
    const { stored, commitment } = await core.sealCard(engine, { contentKey, context: encoded, content });
    const watched: Engine = {
      ...engine,
      openAesGcm: async () => {
        throw new Error('decrypted before the commitment was compared');
      },
    };
    const otherKey = core.newContentKey(engine);
    await expect(
      core.openCard(watched, { contentKey: otherKey, context: encoded, commitment, stored }),
    ).rejects.toMatchObject(refused);
    await expect(
      core.openCard(watched, { contentKey, context: encoded, commitment: commitment.toReversed(), stored }),
    ).rejects.toMatchObject(refused);
  });

  test('a body of several segments is read from any place, and no segment serves for another', async () => {
    const bodyContext = core.encodeRecordContext({ ...context, part: 'body' });
    const size = core.floeSegmentPlaintextSizeBytes * 2 + 1000;
    const plain = Uint8Array.from({ length: size }, (_, index) => index * 7);
    const sealer = core.createBodySealer(engine, { contentKey, context: bodyContext, sizeBytes: size });
    const places = Array.from({ length: sealer.layout.segmentCount }, (_, index) =>
      core.getFloeSegmentPlace(sealer.layout, index),
    );
    const segments = await Promise.all(
      places.map((place) =>
        sealer.sealSegment(
          place.index,
          plain.subarray(place.plaintextOffset, place.plaintextOffset + place.plaintextSizeBytes),
        ),
      ),
    );
    const stored = core.concatBytes(sealer.header, ...segments);
    expect(stored.length).toBe(sealer.layout.storedSizeBytes);
    expect(segments.map((segment) => segment.length)).toEqual(places.map((place) => place.storedSizeBytes));
    const options = {
      contentKey,
      context: bodyContext,
      commitment: sealer.commitment,
      header: sealer.header,
    };
    const opener = core.createBodyOpener(engine, { ...options, storedSizeBytes: stored.length });
    const opened = await Promise.all(
      segments.toReversed().map((segment, index) => opener.openSegment(segments.length - 1 - index, segment)),
    );
    expect(core.concatBytes(...opened.toReversed()).subarray(0, size)).toEqual(plain);

    await expect(opener.openSegment(0, segments[1] as Uint8Array)).rejects.toMatchObject(refused);
    await expect(opener.openSegment(2, (segments[2] as Uint8Array).subarray(1))).rejects.toMatchObject(
      refused,
    );
    const shorter = core.createBodyOpener(engine, { ...options, storedSizeBytes: 74 + 2 * 262_144 });
    await expect(shorter.openSegment(1, segments[1] as Uint8Array)).rejects.toMatchObject(refused);
    expect(() =>
      core.createBodyOpener(engine, {
        ...options,
        header: sealer.header.with(50, 1),
        storedSizeBytes: stored.length,
      }),
    ).toThrow(expect.objectContaining(refused));

    const resumed = core.createBodySealer(engine, {
      contentKey,
      context: bodyContext,
      sizeBytes: size,
      header: sealer.header,
    });
    const again = await resumed.sealSegment(
      1,
      plain.subarray(places[1]?.plaintextOffset, places[2]?.plaintextOffset),
    );
    expect(await opener.openSegment(1, again)).toEqual(opened.toReversed()[1]);
  });

  test('wraps and their seals open under their own context only', async () => {
    const epochKey = core.newEpochKey(engine);
    const leafKey = engine.randomBytes(32);
    const wrapContext: WrapContext = {
      headerHash: new Uint8Array(32).fill(1),
      part: 'body',
      room: id('rom', 3),
      epoch: 7,
      slot: 99,
      grantor: id('dev', 5),
    };
    const wrap = await core.wrapContentKey(engine, { epochKey, context: wrapContext, contentKey });
    expect(wrap.length).toBe(48);
    expect(await core.unwrapContentKey(engine, { epochKey, context: wrapContext, wrap })).toEqual(contentKey);
    const wrongWraps: Partial<WrapContext>[] = [
      { headerHash: new Uint8Array(32) },
      { part: 'card' },
      { room: id('rom', 9) },
      { epoch: 8 },
      { slot: 98 },
      { grantor: id('dev', 9) },
    ];
    for (const wrong of wrongWraps) {
      // oxlint-disable-next-line no-await-in-loop -- one context after the other
      await expect(
        core.unwrapContentKey(engine, { epochKey, context: { ...wrapContext, ...wrong }, wrap }),
      ).rejects.toMatchObject(refused);
    }

    const sealContext: SealContext = {
      vault: id('vlt', 2),
      slot: 99,
      record: id('rec', 4),
      version: 1,
      part: 'body',
      room: id('rom', 3),
      wrapContextHash: core.hashWrapContext(engine, wrapContext),
    };
    const intakeSeed = engine.randomBytes(32);
    const intakeKey = await engine.hpkePublicKey(intakeSeed);
    const box = await core.sealIntakeBox(engine, { intakeKey, context: sealContext, wrap });
    expect(await core.openIntakeBox(engine, { intakeSeed, context: sealContext, box })).toEqual(wrap);
    const sealed = await core.sealWrap(engine, { leafKey, context: sealContext, wrap });
    expect(sealed.length).toBe(76);
    expect(await core.openSealedWrap(engine, { leafKey, context: sealContext, sealed })).toEqual(wrap);
    const wrongSeals: Partial<SealContext>[] = [
      { vault: id('vlt', 9) },
      { slot: 98 },
      { record: id('rec', 9) },
      { version: 2 },
      { part: 'card' },
      { room: id('rom', 9) },
      { wrapContextHash: new Uint8Array(32) },
    ];
    for (const wrong of wrongSeals) {
      const other = { ...sealContext, ...wrong };
      // oxlint-disable-next-line no-await-in-loop -- one context after the other
      await expect(core.openSealedWrap(engine, { leafKey, context: other, sealed })).rejects.toMatchObject(
        refused,
      );
      // oxlint-disable-next-line no-await-in-loop -- one context after the other
      await expect(core.openIntakeBox(engine, { intakeSeed, context: other, box })).rejects.toMatchObject(
        refused,
      );
    }
    for (let bit = 0; bit < sealed.length * 8; bit += 5) {
      const altered = sealed.with(bit >> 3, (sealed[bit >> 3] ?? 0) ^ (1 << (bit % 8)));
      // oxlint-disable-next-line no-await-in-loop -- one bit after the other
      await expect(
        core.openSealedWrap(engine, { leafKey, context: sealContext, sealed: altered }),
      ).rejects.toMatchObject(refused);
    }
  });
});

test('contexts and headers decode to what was encoded', () => {
  const wctx: WrapContext = {
    headerHash: new Uint8Array(32),
    part: 'cache',
    room: id('rom', 3),
    epoch: 1,
    slot: 2 ** 48 - 1,
    grantor: id('dev', 1),
  };
  expect(core.decodeWrapContext(core.encodeWrapContext(wctx))).toEqual(wctx);
  expect(core.decodeRecordContext(core.encodeRecordContext(context))).toEqual(context);
  const header: core.RecordHeader = {
    cardContext: core.encodeRecordContext(context),
    cardCommitment: new Uint8Array(32),
    cardStoredSizeBytes: 346,
    body: {
      context: core.encodeRecordContext({ ...context, part: 'body' }),
      commitment: new Uint8Array(32),
      storedSizeBytes: 74 + 32 + 100,
    },
    root: new Uint8Array(32),
    positions: {
      office: { edition: 0, size: 3, root: new Uint8Array(32) },
      vault: { edition: 0, size: 9, root: new Uint8Array(32) },
    },
    atMs: 1_800_000_000_000,
  };
  expect(core.decodeRecordHeader(core.encodeRecordHeader(header))).toEqual(header);
  const bodyOf = (other: Partial<RecordContext>): Uint8Array =>
    core.encodeRecordContext({ ...context, part: 'body', ...other });
  for (const other of others) {
    const wrong = {
      ...header,
      body: { context: bodyOf(other), commitment: new Uint8Array(32), storedSizeBytes: 206 },
    };
    expect(() => core.encodeRecordHeader(wrong)).toThrow(expect.objectContaining({ code: 'FORMAT_INVALID' }));
  }
  expect(() => core.encodeRecordHeader({ ...header, previous: new Uint8Array(32) })).toThrow(
    expect.objectContaining({ code: 'FORMAT_INVALID' }),
  );
});

test('another suite, a missing key and an unknown key are refused', () => {
  const fields = core.decodeCbor(core.encodeRecordContext(context)) as core.CborMap;
  const decode = (map: core.CborMap) => () => core.decodeRecordContext(core.encodeCbor({ ...map }));
  expect(decode(fields)).not.toThrow();
  expect(decode({ ...fields, s: 0 })).toThrow(expect.objectContaining({ code: 'SUITE_REFUSED' }));
  expect(decode({ ...fields, s: 2 })).toThrow(expect.objectContaining({ code: 'SUITE_REFUSED' }));
  expect(decode({ ...fields, x: 1 })).toThrow(expect.objectContaining({ code: 'FORMAT_INVALID' }));
  for (const key of Object.keys(fields)) {
    const { [key]: _dropped, ...rest } = fields;
    expect(decode(rest)).toThrow(expect.objectContaining({ code: 'FORMAT_INVALID' }));
  }
});

test('the layout covers the plaintext without gap or overlap, and is found again from the stored length', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: core.bodyPlaintextSizeBytesMax }), (size) => {
      const layout = core.getFloeLayout(size);
      expect(core.getFloeLayoutOfStored(layout.storedSizeBytes)).toEqual(layout);
      const last = core.getFloeSegmentPlace(layout, layout.segmentCount - 1);
      expect(last.storedOffset + last.storedSizeBytes).toBe(layout.storedSizeBytes);
      expect(last.plaintextOffset + last.plaintextSizeBytes).toBe(size);
    }),
  );
  expect(() => core.getFloeLayoutOfStored(74 + 262_144 + 32)).toThrow(
    expect.objectContaining({ code: 'INPUT_INVALID' }),
  );
});

test('Padmé lengths are at most 12 % longer and have few distinct values', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 40 }), (size) => {
      const padded = core.getPadmeLength(size);
      expect(padded).toBeGreaterThanOrEqual(size);
      expect(padded).toBeLessThanOrEqual(Math.ceil(size * 1.12));
      expect(core.getPadmeLength(padded)).toBe(padded);
    }),
  );
  expect([0, 1, 8, 9, 17, 100, 1000, 2 ** 20, 2 ** 20 + 1].map(core.getPadmeLength)).toEqual([
    0,
    1,
    8,
    10,
    18,
    104,
    1024,
    2 ** 20,
    2 ** 20 + 2 ** 15,
  ]);
});
