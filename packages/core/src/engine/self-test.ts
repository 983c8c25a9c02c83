/**
 * What must hold of an engine before keys are trusted to it: known answers, and round trips of the operations that some
 * browsers do wrongly or not at all. Run once at start; a browser keeps the outcome per version.
 */
import { decodeHex, encodeUtf8, isEqualConstantTime } from '../bytes/index.ts';
import { DependencyError } from '../errors/index.ts';
import type { Engine } from './engine.ts';

/** @throws DependencyError SELF_TEST_FAILED naming the step */
export async function assertEngineWorks(engine: Engine): Promise<void> {
  for (const [step, check] of steps) {
    let isRight = false;
    try {
      // oxlint-disable-next-line no-await-in-loop -- step by step, so that the first failure is named
      isRight = await check(engine);
    } catch (cause) {
      throw new DependencyError('SELF_TEST_FAILED', { step }, { cause });
    }
    if (!isRight) throw new DependencyError('SELF_TEST_FAILED', { step });
  }
}

const message = encodeUtf8('abc');
// RFC 8032 section 7.1, test 3.
const seed = decodeHex('c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7');
const publicKey = decodeHex('fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025');
// FIPS 180-4's example "abc".
const digest = decodeHex('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');

const steps: readonly (readonly [string, (engine: Engine) => Promise<boolean>])[] = [
  ['random', async (engine) => !isEqualConstantTime(engine.randomBytes(32), engine.randomBytes(32))],
  [
    'sha256',
    async (engine) =>
      isEqualConstantTime(engine.sha256(message), digest) &&
      isEqualConstantTime(await engine.sha256Async(message), digest),
  ],
  ['ed25519', checkEd25519],
  ['aesGcm', checkAesGcm],
  ['hpke', checkHpke],
];

async function checkEd25519(engine: Engine): Promise<boolean> {
  const signature = await engine.signEd25519(seed, message);
  return (
    isEqualConstantTime(await engine.ed25519PublicKey(seed), publicKey) &&
    (await engine.verifyEd25519(publicKey, message, signature)) &&
    !(await engine.verifyEd25519(publicKey, digest, signature))
  );
}

async function checkAesGcm(engine: Engine): Promise<boolean> {
  const input = { key: seed, nonce: digest.slice(0, 12), aad: message };
  const ciphertext = await engine.sealAesGcm({ ...input, plaintext: digest });
  const opened = await engine.openAesGcm({ ...input, ciphertext });
  const isAlteredOpened = await engine.openAesGcm({ ...input, aad: digest, ciphertext }).then(
    () => true,
    () => false,
  );
  return isEqualConstantTime(opened, digest) && !isAlteredOpened;
}

async function checkHpke(engine: Engine): Promise<boolean> {
  const kemKey = await engine.hpkePublicKey(seed);
  const sealed = await engine.hpkeSeal({ publicKey: kemKey, info: message, aad: message, plaintext: digest });
  return isEqualConstantTime(await engine.hpkeOpen({ seed, info: message, aad: message, sealed }), digest);
}
