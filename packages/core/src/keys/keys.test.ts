/** People's keys: what is printed reads back, boxes open in their own place only, costs cannot be lowered. */
import { describe, expect, test } from 'vitest';
import * as core from '../index.ts';
import { createNodeEngine } from '../node/index.ts';

const engine = createNodeEngine();
const id = <P extends core.IdPrefix>(prefix: P, byte: number): core.Id<P> =>
  core.formatId(prefix, new Uint8Array(16).fill(byte));
const refused = { code: 'DECRYPT_FAILED' };

test('a kit reads back, however it is typed, and a mistyped one is refused', () => {
  const kit = core.newKit(engine);
  const text = core.formatKit(engine, kit);
  expect(text).toMatch(/^([0-9A-HJKMNP-TV-Z]{7}-){7}[0-9A-HJKMNP-TV-Z]{7}$/);
  expect(core.parseKit(engine, text)).toEqual(kit);
  expect(
    core.parseKit(engine, text.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l')),
  ).toEqual(kit);
  const invalid = expect.objectContaining({ code: 'KIT_INVALID' });
  for (let index = 0; index < text.length; index++) {
    if (text[index] === '-') continue;
    const wrong = text.slice(0, index) + (text[index] === '7' ? '8' : '7') + text.slice(index + 1);
    expect(() => core.parseKit(engine, wrong)).toThrow(invalid);
  }
  for (const wrong of [
    '',
    text.slice(1),
    `${text}0`,
    text.replace(/./, 'U'),
    null,
    undefined,
    5,
    {},
    [text],
  ]) {
    expect(() => core.parseKit(engine, wrong as never)).toThrow(invalid);
  }
});

test('an invitation reads back', () => {
  const invitation = {
    rootHash: engine.randomBytes(32),
    seed: engine.randomBytes(16),
    invitation: id('inv', 5),
  };
  const text = core.formatInvitation(engine, invitation);
  expect(core.parseInvitation(engine, text)).toEqual(invitation);
  const wrong = text[5] === '7' ? '8' : '7';
  expect(() => core.parseInvitation(engine, text.slice(0, 5) + wrong + text.slice(6))).toThrow(
    expect.objectContaining({ code: 'KIT_INVALID' }),
  );
});

test('a fingerprint has six groups', async () => {
  const source = {
    person: id('per', 1),
    generationKey: await engine.hpkePublicKey(new Uint8Array(32)),
    deviceKey: new Uint8Array(32),
  };
  expect(core.formatFingerprint(engine, source)).toMatch(/^([A-Z2-7]{4}-){5}[A-Z2-7]{6}$/);
});

describe('Argon2 parameters', () => {
  const salt = new Uint8Array(16);
  test('those of the suite are accepted', () => core.assertArgon2Parameters(core.argon2Parameters, salt));
  test.each([
    { memoryKib: 65_535 },
    { memoryKib: 64 * 1024 * 1024 },
    { iterations: 2 },
    { iterations: 1_000_000 },
    { parallelism: 0 },
    { parallelism: 5 },
    { memoryKib: Number.NaN },
    { iterations: '3' as never },
  ])('%o is refused before anything is hashed', (wrong) => {
    expect(() => core.assertArgon2Parameters({ ...core.argon2Parameters, ...wrong }, salt)).toThrow(
      expect.objectContaining({ code: 'PARAMETERS_REFUSED' }),
    );
  });
  test('a short salt and a step back from what was seen are refused', () => {
    const refusedParameters = expect.objectContaining({ code: 'PARAMETERS_REFUSED' });
    expect(() => core.assertArgon2Parameters(core.argon2Parameters, new Uint8Array(8))).toThrow(
      refusedParameters,
    );
    const seen = { memoryKib: 131_072, iterations: 3, parallelism: 1 };
    expect(() => core.assertArgon2Parameters(core.argon2Parameters, salt, seen)).toThrow(refusedParameters);
  });
});

test('generation boxes, recovery boxes and the generation before open in their own place only', async () => {
  const [genSeed, previousSeed, deviceSeed] = [
    engine.randomBytes(32),
    engine.randomBytes(32),
    engine.randomBytes(32),
  ];
  const publicKey = await engine.hpkePublicKey(deviceSeed);
  const context = { person: id('per', 1), generation: 2, recipient: id('dev', 3) };
  const box = await core.sealGenerationBox(engine, { publicKey, context, genSeed });
  expect(await core.openGenerationBox(engine, { seed: deviceSeed, context, box })).toEqual(genSeed);
  for (const wrong of [{ person: id('per', 2) }, { generation: 1 }, { recipient: id('unl', 3) }]) {
    // oxlint-disable-next-line no-await-in-loop -- one context after the other
    await expect(
      core.openGenerationBox(engine, { seed: deviceSeed, context: { ...context, ...wrong }, box }),
    ).rejects.toMatchObject(refused);
  }
  const options = { genSeed, person: id('per', 1), generation: 2 };
  const sealed = await core.sealPreviousGeneration(engine, { ...options, previousSeed });
  expect(await core.openPreviousGeneration(engine, { ...options, sealed })).toEqual(previousSeed);
  await expect(
    core.openPreviousGeneration(engine, { ...options, generation: 3, sealed }),
  ).rejects.toMatchObject(refused);

  const recovery = await core.sealRecoveryBox(engine, { publicKey, firm: id('frm', 1), seed: genSeed });
  expect(
    await core.openRecoveryBox(engine, { kemSeed: deviceSeed, firm: id('frm', 1), box: recovery }),
  ).toEqual(genSeed);
  await expect(
    core.openRecoveryBox(engine, { kemSeed: deviceSeed, firm: id('frm', 2), box: recovery }),
  ).rejects.toMatchObject(refused);
  await expect(
    core.openGenerationBox(engine, { seed: deviceSeed, context, box: recovery }),
  ).rejects.toMatchObject(refused);
});

test('an epoch box opens for its recipient and under its commitment only', async () => {
  const kemSeed = engine.randomBytes(32);
  const publicKey = await engine.hpkePublicKey(kemSeed);
  const epochKey = core.newEpochKey(engine);
  const context = { vault: id('vlt', 1), room: id('rom', 2), epoch: 3 };
  const recipient = { person: id('per', 1), generation: 1 };
  const commitment = core.commitEpochKey(engine, context, epochKey);
  const box = await core.sealEpochBox(engine, { publicKey, context, recipient, epochKey });
  expect(await core.openEpochBox(engine, { kemSeed, context, recipient, commitment, box })).toEqual(epochKey);
  const other = await core.sealEpochBox(engine, {
    publicKey,
    context,
    recipient,
    epochKey: core.newEpochKey(engine),
  });
  const wrongs = [
    { context: { ...context, epoch: 4 } },
    { context: { ...context, room: id('rom', 3) } },
    { recipient: { ...recipient, generation: 2 } },
    { recipient: { firm: id('frm', 1) } },
    { commitment: commitment.toReversed() },
    { box: other },
  ];
  for (const wrong of wrongs) {
    // oxlint-disable-next-line no-await-in-loop -- one context after the other
    await expect(
      core.openEpochBox(engine, { kemSeed, context, recipient, commitment, box, ...wrong }),
    ).rejects.toMatchObject(refused);
  }
});

test('a keyring opens under its own number only', async () => {
  const selfKey = engine.randomBytes(32);
  const context = { person: id('per', 1), generation: 1, vault: id('vlt', 1), number: 4 };
  const keyring: core.Keyring = new Map([
    [
      id('rom', 2),
      [
        [1, core.newEpochKey(engine)],
        [2, core.newEpochKey(engine)],
      ],
    ],
  ]);
  const sealed = await core.sealKeyring(engine, { selfKey, context, keyring });
  expect(await core.openKeyring(engine, { selfKey, context, sealed })).toEqual(keyring);
  await expect(
    core.openKeyring(engine, { selfKey, context: { ...context, number: 3 }, sealed }),
  ).rejects.toMatchObject(refused);
});

test('a password is normalised, bound to person and kit, and bounded', () => {
  const options = { password: 'ﬁve é', kitSecret: new Uint8Array(16), person: id('per', 1) };
  const derived = core.deriveOpaquePassword(engine, options);
  expect(core.deriveOpaquePassword(engine, { ...options, password: 'five e\u0301' })).toBe(derived);
  expect(core.deriveOpaquePassword(engine, { ...options, person: id('per', 2) })).not.toBe(derived);
  expect(core.deriveOpaquePassword(engine, { ...options, kitSecret: new Uint8Array(16).fill(1) })).not.toBe(
    derived,
  );
  for (const wrong of ['', 'x'.repeat(1025), null, 5]) {
    expect(() => core.deriveOpaquePassword(engine, { ...options, password: wrong as never })).toThrow(
      expect.objectContaining({ code: 'INPUT_INVALID' }),
    );
  }
});
