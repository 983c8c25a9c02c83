/**
 * A device adopted by an enrolled one (docs/spec/bytes.md section 4, requests.md 4.1): the code that the new device shows, and what goes
 * between the two past the server. Invariant: without the code nobody makes a request that the adopter opens, or an answer that
 * the new device opens; without the new device's own key nobody reads the answer, the code in hand or not (attacks A2, H4).
 */
import { assertBytes, compareBytes, concatBytes, encodeBase32, encodeUtf8 } from '../bytes/index.ts';
import { encodeCbor } from '../cbor/index.ts';
import type { CborValue } from '../cbor/index.ts';
import { readFormat } from '../contexts/read-map.ts';
import type { Engine } from '../engine/index.ts';
import { engineSizes } from '../engine/index.ts';
import { CryptoError, InputError } from '../errors/index.ts';
import { parseId } from '../ids/index.ts';
import type { DeviceId, PersonId } from '../ids/index.ts';
import { hashLabelled } from '../labels/index.ts';
import { formatCrockford, parseCrockford } from './crockford-text.ts';
import { kitSizes } from './kit.ts';
import { openWithNonce, sealWithNonce } from './nonce-box.ts';

/** Sizes in bytes; `name` in characters. */
export const adoptionSizes = { code: 13, check: 2, id: 16, name: 64, sealedMax: 2_048 } as const;

const groupLength = 4;
const fingerprintSize = 10;
const info = encodeUtf8('sr1/adoption/v1');

/** What follows from a code. Each key seals one message. */
export type AdoptionKeys = {
  readonly id: Uint8Array;
  readonly requestKey: Uint8Array;
  readonly answerKey: Uint8Array;
};

/** A new device as it names itself, with the root of the firm as the server presented it. */
export type AdoptionRequest = {
  readonly root: Uint8Array;
  readonly device: DeviceId;
  readonly sign: Uint8Array;
  readonly kem: Uint8Array;
  /** What the device calls itself. */
  readonly name: string;
};

/** What the adopter hands over. */
export type AdoptionAnswer = {
  readonly root: Uint8Array;
  readonly person: PersonId;
  readonly kitSecret: Uint8Array;
  /** The server's OPAQUE key, as the adopter pinned it. */
  readonly serverKey: string;
  readonly personName?: string;
};

/** Six groups of four characters. @throws InputError INPUT_INVALID */
export function formatAdoptionCode(engine: Pick<Engine, 'sha256'>, code: Uint8Array): string {
  assertBytes(code, 'code', adoptionSizes.code);
  return formatCrockford(concatBytes(code, checkOf(engine, code)), groupLength);
}

/** @throws InputError ADOPTION_CODE_INVALID for a text that was mistyped or is no code */
export function parseAdoptionCode(engine: Pick<Engine, 'sha256'>, text: string): Uint8Array {
  let bytes: Uint8Array;
  try {
    bytes = parseCrockford(text);
  } catch (cause) {
    throw new InputError('ADOPTION_CODE_INVALID', {}, { cause });
  }
  const code = bytes.slice(0, adoptionSizes.code);
  const isRight =
    bytes.length === adoptionSizes.code + adoptionSizes.check &&
    compareBytes(checkOf(engine, code), bytes.subarray(adoptionSizes.code)) === 0;
  if (!isRight) throw new InputError('ADOPTION_CODE_INVALID');
  return code;
}

/** The id under which the server keeps the request, and the keys that it does not have. */
export function deriveAdoptionKeys(engine: Pick<Engine, 'hkdf'>, code: Uint8Array): AdoptionKeys {
  assertBytes(code, 'code', adoptionSizes.code);
  const derive = (label: string, length: number): Uint8Array =>
    engine.hkdf('sha256', { ikm: code, info: encodeUtf8(`sr1/adoption/${label}`), length });
  return {
    id: derive('id', adoptionSizes.id),
    requestKey: derive('request', engineSizes.aesKey),
    answerKey: derive('answer', engineSizes.aesKey),
  };
}

/** What both screens show of a new device: 16 characters in 4 groups. */
export function formatDeviceFingerprint(
  engine: Pick<Engine, 'sha256'>,
  request: Omit<AdoptionRequest, 'name'>,
): string {
  const { root, device, sign, kem } = request;
  const value = encodeCbor([root, parseId('dev', device), sign, kem]);
  const text = encodeBase32(hashLabelled(engine, 'device', value).slice(0, fingerprintSize)).toUpperCase();
  return [0, 4, 8, 12].map((offset) => text.slice(offset, offset + 4)).join('-');
}

/** Seals what a new device leaves at the server. */
export async function sealAdoptionRequest(
  engine: Pick<Engine, 'randomBytes' | 'sealAesGcm'>,
  keys: AdoptionKeys,
  request: AdoptionRequest,
): Promise<Uint8Array> {
  const { root, device, sign, kem, name } = request;
  const plaintext = encodeCbor({ s: 1, o: root, d: parseId('dev', device), sign, kem, n: name });
  return await sealWithNonce(engine, {
    key: keys.requestKey,
    aad: aadOf('adoption-request', keys.id),
    plaintext,
  });
}

/** @throws CryptoError DECRYPT_FAILED for what was not sealed by whoever showed the code */
export async function openAdoptionRequest(
  engine: Pick<Engine, 'openAesGcm'>,
  keys: AdoptionKeys,
  sealed: Uint8Array,
): Promise<AdoptionRequest> {
  const aad = aadOf('adoption-request', keys.id);
  const plaintext = await openWithNonce(engine, { key: keys.requestKey, aad, sealed });
  return read(() => {
    const required = ['s', 'o', 'd', 'sign', 'kem', 'n'];
    const reader = readFormat(plaintext, { name: 'adoption-request', required });
    const name = reader.text('n');
    if (reader.number('s') !== 1 || name.length > adoptionSizes.name) throw new CryptoError('DECRYPT_FAILED');
    return {
      root: reader.bytes('o', 32),
      device: parseId('dev', reader.text('d')),
      sign: reader.bytes('sign', engineSizes.ed25519PublicKey),
      kem: reader.bytes('kem', engineSizes.hpkePublicKey),
      name,
    };
  });
}

/** Seals the answer to the device that the request names. */
export async function sealAdoptionAnswer(
  engine: Pick<Engine, 'randomBytes' | 'sealAesGcm' | 'hpkeSeal'>,
  options: {
    readonly keys: AdoptionKeys;
    readonly request: Pick<AdoptionRequest, 'device' | 'kem'>;
    readonly answer: AdoptionAnswer;
  },
): Promise<Uint8Array> {
  const { keys, request, answer } = options;
  assertBytes(answer.root, 'root', 32);
  assertBytes(answer.kitSecret, 'kitSecret', kitSizes.kitSecret);
  const plaintext = encodeCbor({
    s: 1,
    o: answer.root,
    p: parseId('per', answer.person),
    k: answer.kitSecret,
    v: answer.serverKey,
    ...(answer.personName === undefined ? {} : { n: answer.personName }),
  });
  const aad = encodeCbor([answer.root, parseId('dev', request.device)]);
  const box = await engine.hpkeSeal({ publicKey: request.kem, info, aad, plaintext });
  return await sealWithNonce(engine, {
    key: keys.answerKey,
    aad: aadOf('adoption-answer', keys.id),
    plaintext: box,
  });
}

/** @throws CryptoError DECRYPT_FAILED for what was not sealed to this device by whoever was given the code */
export async function openAdoptionAnswer(
  engine: Pick<Engine, 'openAesGcm' | 'hpkeOpen'>,
  options: {
    readonly keys: AdoptionKeys;
    /** As the new device put them into its request. */
    readonly request: Pick<AdoptionRequest, 'device' | 'root'>;
    readonly kemSeed: Uint8Array;
    readonly sealed: Uint8Array;
  },
): Promise<AdoptionAnswer> {
  const { keys, request, kemSeed, sealed } = options;
  const box = await openWithNonce(engine, {
    key: keys.answerKey,
    aad: aadOf('adoption-answer', keys.id),
    sealed,
  });
  const aad = encodeCbor([request.root, parseId('dev', request.device)]);
  const plaintext = await engine.hpkeOpen({ seed: kemSeed, info, aad, sealed: box });
  return read(() => {
    const reader = readFormat(plaintext, {
      name: 'adoption-answer',
      required: ['s', 'o', 'p', 'k', 'v'],
      optional: ['n'],
    });
    const root = reader.bytes('o', 32);
    if (reader.number('s') !== 1 || compareBytes(root, request.root) !== 0)
      throw new CryptoError('DECRYPT_FAILED');
    return {
      root,
      person: parseId('per', reader.text('p')),
      kitSecret: reader.bytes('k', kitSizes.kitSecret).slice(),
      serverKey: reader.text('v'),
      ...(reader.has('n') ? { personName: reader.text('n') } : {}),
    };
  });
}

function checkOf(engine: Pick<Engine, 'sha256'>, code: Uint8Array): Uint8Array {
  return hashLabelled(engine, 'adoption-code', code).slice(0, adoptionSizes.check);
}

function aadOf(purpose: 'adoption-request' | 'adoption-answer', id: Uint8Array): Uint8Array {
  return encodeCbor([purpose, id] satisfies CborValue);
}

/** What was sealed in another form is what was not sealed by us. */
function read<T>(reader: () => T): T {
  try {
    return reader();
  } catch (cause) {
    throw new CryptoError('DECRYPT_FAILED', {}, { cause });
  }
}
