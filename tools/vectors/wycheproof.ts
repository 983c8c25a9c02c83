/** Wycheproof's JSON files for the algorithms we use. Each case runs with both engines. */
import { createWebEngine } from '@strongroom/core';
import type { Engine, HashName } from '@strongroom/core';
import { createNodeEngine } from '@strongroom/core/node';
import { createPrivateKey, createPublicKey, diffieHellman } from 'node:crypto';
import { x25519 } from '@noble/curves/ed25519.js';
import type { VectorFormat } from './format.ts';
import { findJson, fromHex, isSame } from './read-vectors.ts';

type Case = { readonly tcId: number; readonly result: 'valid' | 'invalid' | 'acceptable' } & Readonly<Record<string, unknown>>;
type Group = { readonly tests: readonly Case[] } & Readonly<Record<string, unknown>>;
type Suite = { readonly algorithm: string; readonly testGroups: readonly Group[] };

/** `undefined` when a case does not apply to us (another key or nonce length). */
type Runner = (engine: Engine, group: Group, test: Case) => Promise<boolean | undefined>;

export const wycheproofFormat: VectorFormat = {
  name: 'Wycheproof',
  recognise: (file) => isSuite(findJson(file)),
  async run(file) {
    const suite = findJson(file) as Suite;
    const runner = runners[suite.algorithm];
    if (runner === undefined) throw new Error(`no runner for ${suite.algorithm}`);
    const failures: string[] = [];
    let passed = 0;
    let skipped = 0;
    const engines = [createNodeEngine(), createWebEngine()];
    for (const group of suite.testGroups) {
      for (const test of group.tests) {
        // oxlint-disable-next-line no-await-in-loop -- case by case, for readable failures
        const outcomes = await Promise.all(engines.map((engine) => runner(engine, group, test)));
        if (outcomes.includes(undefined)) skipped++;
        else if (outcomes.every((outcome) => outcome === true)) passed++;
        else failures.push(`tcId ${test.tcId}`);
      }
    }
    return { passed, skipped, failures, ...(skipped > 0 ? { note: 'other key or nonce lengths' } : {}) };
  },
};

const runners: Readonly<Record<string, Runner>> = {
  'AES-GCM': runAesGcm,
  EDDSA: runEd25519,
  'HKDF-SHA-256': (engine, group, test) => runHkdf(engine, 'sha256', group, test),
  'HKDF-SHA-384': (engine, group, test) => runHkdf(engine, 'sha384', group, test),
  'HKDF-SHA-512': (engine, group, test) => runHkdf(engine, 'sha512', group, test),
  XDH: runX25519,
};

function isSuite(value: unknown): value is Suite {
  return typeof value === 'object' && value !== null && 'algorithm' in value && 'testGroups' in value && 'numberOfTests' in value;
}

function bytesOf(test: Readonly<Record<string, unknown>>, key: string): Uint8Array {
  const text = test[key];
  if (typeof text !== 'string') throw new TypeError(`${key} is missing`);
  return fromHex(text);
}

async function runAesGcm(engine: Engine, group: Group, test: Case): Promise<boolean | undefined> {
  if (group['ivSize'] !== 96 || group['keySize'] !== 256 || group['tagSize'] !== 128) return undefined;
  const [key, nonce, aad, plaintext] = ['key', 'iv', 'aad', 'msg'].map((name) => bytesOf(test, name)) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  const ciphertext = new Uint8Array([...bytesOf(test, 'ct'), ...bytesOf(test, 'tag')]);
  const opened = await engine.openAesGcm({ key, nonce, aad, ciphertext }).catch(() => undefined);
  if (test.result === 'invalid') return opened === undefined;
  const sealed = await engine.sealAesGcm({ key, nonce, aad, plaintext });
  return opened !== undefined && isSame(opened, plaintext) && isSame(sealed, ciphertext);
}

async function runEd25519(engine: Engine, group: Group, test: Case): Promise<boolean> {
  const publicKey = bytesOf(group['publicKey'] as Record<string, unknown>, 'pk');
  const [message, signature] = [bytesOf(test, 'msg'), bytesOf(test, 'sig')];
  const expected = test.result === 'valid';
  const answers = [
    await engine.verifyEd25519(publicKey, message, signature),
    await engine.verifyEd25519Strict(publicKey, message, signature),
  ];
  return answers.every((answer) => answer === expected);
}

async function runHkdf(engine: Engine, hash: HashName, _group: Group, test: Case): Promise<boolean> {
  const input = { ikm: bytesOf(test, 'ikm'), salt: bytesOf(test, 'salt'), info: bytesOf(test, 'info'), length: Number(test['size']) };
  let okm: Uint8Array;
  try {
    okm = engine.hkdf(hash, input);
  } catch {
    // Too long an output is refused, which is what an invalid case asks for.
    return test.result === 'invalid';
  }
  return test.result === 'valid' && isSame(okm, bytesOf(test, 'okm'));
}

/** X25519 is used inside X-Wing only, by the libraries that give it: node:crypto for one engine, noble for the other. */
async function runX25519(engine: Engine, _group: Group, test: Case): Promise<boolean> {
  const [publicKey, secret, shared] = [bytesOf(test, 'public'), bytesOf(test, 'private'), bytesOf(test, 'shared')];
  try {
    return isSame(engine.name === 'node' ? agreeNode(secret, publicKey) : x25519.getSharedSecret(secret, publicKey), shared);
  } catch {
    // All-zero secrets are refused: the file calls these cases acceptable.
    return test.result !== 'valid' && shared.every((byte) => byte === 0);
  }
}

function agreeNode(secret: Uint8Array, publicKey: Uint8Array): Uint8Array {
  const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b656e04220420', 'hex'), secret]);
  const spki = Buffer.concat([Buffer.from('302a300506032b656e032100', 'hex'), publicKey]);
  return diffieHellman({
    privateKey: createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' }),
    publicKey: createPublicKey({ key: spki, format: 'der', type: 'spki' }),
  });
}
