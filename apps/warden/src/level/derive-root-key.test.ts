import { hkdfSync } from 'node:crypto';
import { createNodeEngine } from '@strongroom/core/node';
import { expect, test } from 'vitest';
import { checkOf, deriveRootKey } from './derive-root-key.ts';

const engine = createNodeEngine();
const bytes = (fill: number, length = 32): Uint8Array => new Uint8Array(length).fill(fill);
const [tpmId, fileId] = ['11'.repeat(16), '22'.repeat(16)];
const both = [
  { kind: 'tpm', id: tpmId },
  { kind: 'file', id: fileId },
] as const;

test('the key of a root is HKDF-SHA-256 over all parts, bound to level, parts and generation', () => {
  // ["L2", [["tpm", id], ["file", id]], 7], written by hand.
  const named = Buffer.from(`83624c3282826374706d50${tpmId}826466696c6550${fileId}07`, 'hex');
  const info = Buffer.concat([Buffer.from('sr1/warden/state-key'), named]);
  const ikm = Buffer.concat([bytes(1), bytes(2), bytes(3)]);
  const expected = new Uint8Array(hkdfSync('sha256', ikm, new Uint8Array(0), info, 32));
  const derive = (generation: number, parts: Parameters<typeof deriveRootKey>[2], ...secrets: Uint8Array[]) =>
    deriveRootKey(engine, { generation, key: bytes(1) }, parts, secrets);
  expect(derive(7, both, bytes(2), bytes(3))).toEqual(expected);
  expect(Buffer.from(expected).toString('hex')).toBe(
    '108ec5a8d53c28cd9b8b198f3e93118858aa446317f4db64148640e4c2343920',
  );
  const others = [
    derive(8, both, bytes(2), bytes(3)),
    derive(7, both, bytes(3), bytes(2)),
    derive(7, [both[1], both[0]], bytes(2), bytes(3)),
    derive(7, [both[0]], bytes(2)),
    derive(7, [both[1]], bytes(2)),
    derive(7, [{ ...both[1], id: tpmId }], bytes(2)),
    expected,
  ].map((key) => Buffer.from(key).toString('hex'));
  expect(new Set(others).size).toBe(others.length);
});

test('a check tells a part from another one and from its own id', () => {
  const info = Buffer.from(`${Buffer.from('sr1/warden/state-key-part').toString('hex')}${tpmId}`, 'hex');
  const expected = Buffer.from(hkdfSync('sha256', bytes(2), new Uint8Array(0), info, 16)).toString('hex');
  expect(checkOf(engine, tpmId, bytes(2))).toBe(expected);
  expect(checkOf(engine, tpmId, bytes(3))).not.toBe(expected);
  expect(checkOf(engine, fileId, bytes(2))).not.toBe(expected);
});
