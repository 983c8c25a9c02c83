/**
 * One AES-256-GCM ciphertext that opens under two keys ("Fast message franking", "partitioning oracles"): the tag is linear in
 * the ciphertext, so one free block makes the tags of both keys equal. This is what an attacker does; it is here to show that
 * the commitment, and not the tag, says which key is meant.
 */
import { createCipheriv } from 'node:crypto';

export interface TwoKeyOptions {
  /** Opens to `plaintext`, but for the free block. */
  readonly key: Uint8Array;
  /** Opens to other bytes. */
  readonly otherKey: Uint8Array;
  readonly nonce: Uint8Array;
  readonly aad: Uint8Array;
  /** A whole number of blocks. */
  readonly plaintext: Uint8Array;
  /** The block of the plaintext that may become anything. */
  readonly freeBlock: number;
}

const blockBytes = 16;

/** The ciphertext with its tag. */
export function makeTwoKeyCiphertext(options: TwoKeyOptions): Uint8Array {
  const { key, otherKey, nonce, aad, plaintext, freeBlock } = options;
  if (plaintext.length % blockBytes !== 0) throw new Error('whole blocks only');
  const ciphertext = xor(plaintext, keyStream(key, nonce, plaintext.length));
  ciphertext.fill(0, freeBlock * blockBytes, (freeBlock + 1) * blockBytes);
  const [left, right] = [key, otherKey].map((each) => ({
    tag: tagOf(each, nonce, aad, ciphertext),
    // The free block meets H to the power of the blocks from it to the length block, itself included.
    power: raise(
      readBlock(encryptBlock(each, new Uint8Array(blockBytes))),
      plaintext.length / blockBytes - freeBlock + 1,
    ),
  })) as [{ tag: bigint; power: bigint }, { tag: bigint; power: bigint }];
  const block = multiply(left.tag ^ right.tag, invert(left.power ^ right.power));
  ciphertext.set(writeBlock(block), freeBlock * blockBytes);
  return Buffer.concat([ciphertext, writeBlock(tagOf(key, nonce, aad, ciphertext))]);
}

function tagOf(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, ciphertext: Uint8Array): bigint {
  const h = readBlock(encryptBlock(key, new Uint8Array(blockBytes)));
  let sum = 0n;
  for (const part of [padded(aad), padded(ciphertext), lengths(aad, ciphertext)]) {
    for (let at = 0; at < part.length; at += blockBytes) {
      sum = multiply(sum ^ readBlock(part.subarray(at, at + blockBytes)), h);
    }
  }
  return sum ^ readBlock(encryptBlock(key, Buffer.concat([nonce, Uint8Array.of(0, 0, 0, 1)])));
}

function keyStream(key: Uint8Array, nonce: Uint8Array, length: number): Uint8Array {
  const cipher = createCipheriv('aes-256-ctr', key, Buffer.concat([nonce, Uint8Array.of(0, 0, 0, 2)]));
  return cipher.update(new Uint8Array(length));
}

function encryptBlock(key: Uint8Array, block: Uint8Array): Uint8Array {
  const cipher = createCipheriv('aes-256-ecb', key, null).setAutoPadding(false);
  return cipher.update(block);
}

function lengths(aad: Uint8Array, ciphertext: Uint8Array): Uint8Array {
  const block = Buffer.alloc(blockBytes);
  block.writeBigUInt64BE(BigInt(aad.length * 8), 0);
  block.writeBigUInt64BE(BigInt(ciphertext.length * 8), 8);
  return block;
}

function padded(bytes: Uint8Array): Uint8Array {
  return Buffer.concat([bytes, new Uint8Array((blockBytes - (bytes.length % blockBytes)) % blockBytes)]);
}

function xor(left: Uint8Array, right: Uint8Array): Uint8Array {
  return left.map((byte, index) => byte ^ (right[index] ?? 0));
}

// GF(2^128) as GCM writes it: the first bit is the coefficient of x^0.

function readBlock(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
}

function writeBlock(value: bigint): Uint8Array {
  return Buffer.from(value.toString(16).padStart(32, '0'), 'hex');
}

const reduction = 0xe1n << 120n;

function multiply(left: bigint, right: bigint): bigint {
  let product = 0n;
  let shifted = left;
  for (let bit = 127n; bit >= 0n; bit--) {
    if ((right >> bit) & 1n) product ^= shifted;
    shifted = shifted & 1n ? (shifted >> 1n) ^ reduction : shifted >> 1n;
  }
  return product;
}

const one = 1n << 127n;

function raise(base: bigint, exponent: number): bigint {
  let power = one;
  for (let count = 0; count < exponent; count++) power = multiply(power, base);
  return power;
}

/** By Fermat: the power 2^128 - 2. */
function invert(value: bigint): bigint {
  let result = one;
  let square = value;
  for (let bit = 1; bit < 128; bit++) {
    square = multiply(square, square);
    result = multiply(result, square);
  }
  return result;
}
