/**
 * SHA-256 and HMAC over node:crypto, fast for small inputs: `crypto.hash` beats an object per hash, and a text beats a
 * Buffer as its answer. Texts cannot be overwritten, so they carry only digests that give no secret away: SHA-256 digests
 * and HMAC's inner ones; HMAC's answer, which may be a key, comes as bytes.
 */
import { createHash, createHmac, hash as hashOnce } from 'node:crypto';
import { assertBytes } from '../bytes/index.ts';
import type { HashName } from '../engine/engine.ts';
import { assertHash, hashSizes } from '../engine/hkdf.ts';

const smallMax = 512;
/** Plain, because Buffer's `fill` asks for the kind of its argument, which costs more than the filling. */
const scratch: Uint8Array<ArrayBuffer> = new Uint8Array(smallMax);
const scratchText: Buffer = Buffer.from(scratch.buffer);
const blockSizes: Readonly<Record<HashName, number>> = { sha256: 64, sha384: 128, sha512: 128 };

/** SHA-256 of the parts joined. */
export function hashSha256(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) {
    assertBytes(part, 'part');
    length += part.length;
  }
  if (length <= smallMax) {
    let offset = 0;
    for (const part of parts) {
      scratch.set(part, offset);
      offset += part.length;
    }
    const digest = hashOnce('sha256', scratch.subarray(0, length), 'latin1');
    scratch.fill(0, 0, length);
    const bytes = new Uint8Array(32);
    for (let index = 0; index < 32; index++) bytes[index] = digest.charCodeAt(index);
    return bytes;
  }
  const [first] = parts;
  if (parts.length === 1 && first !== undefined) return toPlainBytes(hashOnce('sha256', first, 'buffer'));
  const state = createHash('sha256');
  for (const part of parts) state.update(part);
  return toPlainBytes(state.digest());
}

/** HMAC (RFC 2104) of the parts joined. */
export function hmacNode(hash: HashName, key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
  assertHash(hash);
  assertBytes(key, 'key');
  let length = 0;
  for (const part of parts) {
    assertBytes(part, 'part');
    length += part.length;
  }
  const blockSize = blockSizes[hash];
  if (key.length > blockSize || blockSize + length > smallMax) {
    const state = createHmac(hash, key);
    for (const part of parts) state.update(part);
    return toPlainBytes(state.digest());
  }
  writePaddedKey(key, 0x36, blockSize);
  let offset = blockSize;
  for (const part of parts) {
    scratch.set(part, offset);
    offset += part.length;
  }
  const inner = hashOnce(hash, scratch.subarray(0, offset), 'latin1');
  writePaddedKey(key, 0x5c, blockSize);
  const end = blockSize + hashSizes[hash];
  scratchText.write(inner, blockSize, 'latin1');
  const answer = hashOnce(hash, scratch.subarray(0, end), 'buffer');
  scratch.fill(0, 0, offset > end ? offset : end);
  return toPlainBytes(answer);
}

/** RFC 2104: the key, filled up with zeros to a block, with each byte changed by the pad. */
function writePaddedKey(key: Uint8Array, pad: number, blockSize: number): void {
  const { length } = key;
  for (let index = 0; index < length; index++) scratch[index] = (key[index] as number) ^ pad;
  scratch.fill(pad, length, blockSize);
}

/** A Buffer as a plain Uint8Array: Buffer's `slice` shares memory where Uint8Array's copies. A pooled one is copied. */
export function toPlainBytes(buffer: Buffer): Uint8Array {
  if (buffer.byteOffset === 0 && buffer.buffer.byteLength === buffer.byteLength)
    return new Uint8Array(buffer.buffer);
  return new Uint8Array(buffer);
}
