/**
 * The X-Wing draft's vectors. Our engines reach X-Wing only through HPKE, so the public key is checked through them, and
 * the shared secret through the library's KEM with the vector's own randomness, and through HPKE in both directions.
 */
import { MLKEM768X25519 } from '@noble/post-quantum/hybrid.js';
import { KEM_MLKEM768_X25519 } from 'hpke';
import { createWebEngine, encodeUtf8 } from '@strongroom/core';
import type { Engine } from '@strongroom/core';
import { createNodeEngine } from '@strongroom/core/node';
import type { VectorFormat } from './format.ts';
import { findJson, fromHex, isSame } from './read-vectors.ts';

type Case = { readonly seed: string; readonly eseed: string; readonly ss: string; readonly sk: string; readonly pk: string; readonly ct: string };

export const xwingFormat: VectorFormat = {
  name: 'X-Wing',
  recognise: (file) => isXwing(findJson(file)),
  async run(file) {
    const failures: string[] = [];
    const cases = findJson(file) as readonly Case[];
    for (const [index, test] of cases.entries()) {
      // oxlint-disable-next-line no-await-in-loop -- case by case, for readable failures
      if (!(await isRight(test))) failures.push(`case ${index}`);
    }
    return { passed: cases.length - failures.length, skipped: 0, failures };
  },
};

function isXwing(value: unknown): boolean {
  const first: unknown = Array.isArray(value) ? value[0] : undefined;
  return typeof first === 'object' && first !== null && ['seed', 'eseed', 'ss', 'sk', 'pk', 'ct'].every((key) => key in first);
}

async function isRight(test: Case): Promise<boolean> {
  const [seed, publicKey, secret, ciphertext] = [fromHex(test.sk), fromHex(test.pk), fromHex(test.ss), fromHex(test.ct)];
  const engines: readonly Engine[] = [createNodeEngine(), createWebEngine({ hpke: 'native' }), createWebEngine({ hpke: 'noble' })];
  for (const engine of engines) {
    // oxlint-disable-next-line no-await-in-loop -- one engine after the other
    if (!isSame(await engine.hpkePublicKey(seed), publicKey)) return false;
    const [info, aad, plaintext] = [encodeUtf8('info'), encodeUtf8('aad'), encodeUtf8('plaintext')];
    // oxlint-disable-next-line no-await-in-loop -- one engine after the other
    const sealed = await engine.hpkeSeal({ publicKey, info, aad, plaintext });
    for (const reader of engines) {
      // oxlint-disable-next-line no-await-in-loop -- one engine after the other
      if (!isSame(await reader.hpkeOpen({ seed, info, aad, sealed }), plaintext)) return false;
    }
  }
  const encapsulated = MLKEM768X25519.encapsulate(publicKey, fromHex(test.eseed));
  const native = KEM_MLKEM768_X25519();
  const privateKey = await native.DeserializePrivateKey(seed, false);
  const decapsulated = await native.Decap(ciphertext, privateKey, undefined);
  return (
    isSame(encapsulated.cipherText, ciphertext) && isSame(encapsulated.sharedSecret, secret) && isSame(decapsulated, secret)
  );
}
