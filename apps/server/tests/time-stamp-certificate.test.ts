/** A certificate whose key cannot be read is refused as damaged, and not by an error of OpenSSL's. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { StampKit, whyNoAuthority } from '../../../tests/time-stamps/authority.ts';
import { readCertificate } from '../src/time-stamps/certificates.ts';

/** What an uncompressed point of the curve begins with in a key: a bit string of 66 octets, none of its bits unused. */
const pointBegin = Buffer.from([0x03, 0x42, 0x00, 0x04]);

describe.skipIf(whyNoAuthority !== '')(`certificates of an authority${whyNoAuthority}`, () => {
  let kit: StampKit;
  beforeAll(() => {
    kit = new StampKit();
  });
  afterAll(() => kit?.remove());

  test('a key that is no point of its curve', () => {
    const text = readFileSync(kit.signer.certificate, 'utf8').replaceAll(/-----[A-Z ]+-----|\s/gu, '');
    const encoded = Buffer.from(text, 'base64');
    expect(readCertificate(Uint8Array.from(encoded)).publicKey.asymmetricKeyType).toBe('ec');
    const at = encoded.indexOf(pointBegin);
    expect(at).toBeGreaterThan(0);
    encoded.fill(0xff, at + pointBegin.length, at + pointBegin.length + 64);
    expect(() => readCertificate(Uint8Array.from(encoded))).toThrow(
      expect.objectContaining({
        code: 'TIME_STAMP_INVALID',
        details: expect.objectContaining({ reason: 'der' }),
      }),
    );
  });
});
