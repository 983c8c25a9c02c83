/** What counts as a time stamp: tokens of real OpenSSL, good ones and each kind of bad one. */
import { readFileSync } from 'node:fs';
import { StrongroomError } from '@strongroom/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { extensions, rsa, sequence, StampKit, whyNoAuthority } from '../../../tests/time-stamps/authority.ts';
import { checkTimeStamp } from '../src/time-stamps/check-time-stamp.ts';
import { parseAuthorities } from '../src/time-stamps/read-authorities.ts';

const data = new TextEncoder().encode('strongroom/frm_one/office/0\n7\nroot\n\n— signature\n');
const other = new TextEncoder().encode('another checkpoint\n');

describe.skipIf(whyNoAuthority !== '')(`time stamps${whyNoAuthority}`, () => {
  let kit: StampKit;
  let question: Uint8Array;
  let good: Uint8Array;

  beforeAll(() => {
    kit = new StampKit();
    question = kit.ask(data);
    good = kit.answer(question);
  });
  afterAll(() => kit?.remove());

  function check(answer: Uint8Array, pem = kit.authorities, bytes = data): string | number {
    try {
      return checkTimeStamp({ answer, data: bytes, authorities: parseAuthorities(pem) ?? [] }).atMs;
    } catch (cause) {
      if (cause instanceof StrongroomError && cause.code === 'TIME_STAMP_INVALID')
        return String(cause.details['reason']);
      throw cause;
    }
  }

  test('a good one says by when, and stock OpenSSL agrees', () => {
    const atMs = check(good);
    expect(atMs).toBeTypeOf('number');
    // OpenSSL's authority admits 1.5001 seconds here, rounded up.
    expect(Number(atMs) % 1000).toBe(501);
    expect(kit.verify(good, data)).toBe(true);
  });

  test.each(['sha1', 'sha256', 'sha384'])('the certificate named by %s is found', (named) => {
    const answer = kit.answer(question, { named });
    expect(check(answer)).toBeTypeOf('number');
    expect(kit.verify(answer, data)).toBe(true);
  });

  test.each(['sha384', 'sha512'])('a signature over %s is accepted, over SHA-1 never', (digest) => {
    expect(check(kit.answer(question, { digest }))).toBeTypeOf('number');
    expect(check(kit.answer(question, { digest: 'sha1' }))).toBe('signature');
  });

  test('RSA is accepted, by an authority in between too; a key of 1,024 bits is not', () => {
    const middle = kit.issue('Middle', kit.root, { extensions: extensions.root, key: rsa });
    const signer = kit.issue('RSA stamps', middle, { key: rsa });
    const answer = kit.answer(question, { signer }, [middle]);
    expect(check(answer)).toBeTypeOf('number');
    expect(kit.verify(answer, data)).toBe(true);
    expect(check(kit.answer(question, { signer }))).toBe('chain');
    const small = kit.issue('Small', kit.root, { key: ['rsa:1024'] });
    expect(check(kit.answer(question, { signer: small }))).toBe('chain');
  });

  test('one of other bytes is refused', () => {
    expect(check(good, kit.authorities, other)).toBe('imprint');
    expect(kit.verify(good, other)).toBe(false);
  });

  test('one of an authority that is not trusted is refused', () => {
    const strange = kit.makeRoot('Test Root');
    expect(check(good, readFileSync(strange.certificate, 'utf8'))).toBe('chain');
    expect(kit.verify(good, data, readFileSync(strange.certificate, 'utf8'))).toBe(false);
  });

  test('a certificate that had ended is refused, the signer’s or one in between', () => {
    const ended = kit.issue('Ended', kit.root, { days: -1 });
    expect(check(kit.answer(question, { signer: ended }))).toBe('validity');
    const middle = kit.issue('Ended middle', kit.root, { extensions: extensions.root, days: -1 });
    const signer = kit.issue('Under it', middle);
    expect(check(kit.answer(question, { signer }, [middle]))).toBe('validity');
  });

  test('a signer that is an authority of nobody is no way to a trusted one', () => {
    const plain = kit.issue('No authority', kit.root);
    const under = kit.issue('Under it', plain);
    expect(check(kit.answer(question, { signer: under }, [plain]))).toBe('chain');
    const short = kit.issue('No more below', kit.root, {
      extensions: ['basicConstraints=critical,CA:TRUE,pathlen:0', 'keyUsage=critical,keyCertSign'],
    });
    const middle = kit.issue('One too many', short, { extensions: extensions.root });
    const signer = kit.issue('Too deep', middle);
    expect(check(kit.answer(question, { signer }, [short, middle]))).toBe('chain');
    const web = kit.issue('For servers', kit.root, {
      extensions: [...extensions.root, 'extendedKeyUsage=serverAuth'],
    });
    const underWeb = kit.issue('Under that', web);
    expect(check(kit.answer(question, { signer: underWeb }, [web]))).toBe('chain');
    const unknown = kit.issue('Says more', kit.root, {
      extensions: [...extensions.root, '1.2.3.4=critical,DER:0500'],
    });
    const underUnknown = kit.issue('Under that', unknown);
    expect(check(kit.answer(question, { signer: underUnknown }, [unknown]))).toBe('chain');
  });

  test.each([
    ['none', []],
    ['not critical', ['extendedKeyUsage=timeStamping']],
    ['others too', ['extendedKeyUsage=critical,timeStamping,codeSigning']],
    ['another', ['extendedKeyUsage=critical,codeSigning']],
    ['a key for no signatures', ['extendedKeyUsage=critical,timeStamping', 'keyUsage=critical,keyAgreement']],
  ])('a certificate that is not for time stamps alone is refused: %s', (_, lines) => {
    const signer = kit.issue('Not for stamps', kit.root, { extensions: lines });
    const forged = kit.forge(kit.infoOf(good), signer, { isNamed: true });
    expect(check(forged)).toBe('usage');
  });

  test('one that names no certificate under its signature is refused, one that does is not', () => {
    const info = kit.infoOf(good);
    expect(check(kit.forge(info, kit.signer, { isNamed: false }))).toBe('certificate-named');
    const whole = kit.forge(info, kit.signer, { isNamed: true });
    // OpenSSL's CMS puts no chain in, and the root is trusted anyway.
    expect(check(whole)).toBeTypeOf('number');
  });

  test('RSA-PSS is refused: stock OpenSSL does not verify it here either', () => {
    const signer = kit.issue('PSS stamps', kit.root, { key: rsa });
    const keyOptions = ['rsa_padding_mode:pss'];
    // Of a stamp that was made when the certificate was there.
    const info = kit.infoOf(kit.answer(question));
    const answer = kit.forge(info, signer, { isNamed: true, keyOptions });
    expect(check(answer)).toBe('signature');
    expect(kit.verify(answer, data)).toBe(false);
    const plain = kit.forge(info, signer, { isNamed: true });
    expect(check(plain)).toBeTypeOf('number');
    expect(kit.verify(plain, data)).toBe(true);
  });

  test('an extension of the stamp that nobody has to understand is passed over, a critical one is not', () => {
    const id = Buffer.from('06082b06010505070103', 'hex');
    const value = Uint8Array.of(0x04, 0x02, 0x30, 0x00);
    const forge = (...critical: number[]): Uint8Array => {
      const list = sequence(sequence(id, Uint8Array.from(critical), value));
      list[0] = 0xa1;
      const info = kit.infoOf(good);
      const fields = info.subarray((info[1] ?? 0) < 0x80 ? 2 : 3);
      return kit.forge(sequence(fields, list), kit.signer, { isNamed: true });
    };
    expect(check(forge())).toBe(check(good));
    expect(check(forge(0x01, 0x01, 0xff))).toBe('content');
  });

  test('another certificate of the same key, name and number is not the one that is named', () => {
    // By RSA, so that both are of the same length and one can stand in the other's place.
    const root = kit.makeRoot('RSA root', rsa);
    const signer = kit.issue('Stamps', root, { key: rsa });
    const answer = kit.answer(question, { signer });
    const twin = kit.write('');
    kit.run([
      'x509',
      '-req',
      '-in',
      `${signer.certificate}.csr`,
      '-CA',
      root.certificate,
      '-CAkey',
      root.key,
      '-set_serial',
      serialOf(signer.certificate),
      '-days',
      '300',
      '-sha256',
      '-extfile',
      kit.write(extensions.stamps.join('\n')),
      '-out',
      twin,
    ]);
    const pem = readFileSync(root.certificate, 'utf8');
    expect(check(answer, pem)).toBeTypeOf('number');
    expect(check(exchange(answer, derOf(signer.certificate), derOf(twin)), pem)).toBe('certificate-named');
  });

  test('an answer with any octet changed is refused, or says the same: what is not under the signature is not believed', () => {
    const whole = Buffer.from(good);
    const signed = [kit.infoOf(good), derOf(kit.signer.certificate)].map((part) => {
      const from = whole.indexOf(part);
      expect(from).toBeGreaterThan(0);
      return { from, to: from + part.length };
    });
    // Signed attributes and signature come last.
    const attributesFrom = whole.indexOf(Buffer.from('2a864886f70d010903', 'hex'));
    signed.push({ from: attributesFrom, to: good.length });
    const isSigned = (place: number): boolean => signed.some(({ from, to }) => from <= place && place < to);
    const expected = check(good);
    for (let place = 0; place < good.length; place += place < 60 ? 1 : 5) {
      const changed = Uint8Array.from(good);
      changed[place] = (changed[place] ?? 0) ^ 0x01;
      const found = check(changed);
      if (isSigned(place)) expect(found, `octet ${place}`).toBeTypeOf('string');
      else expect(typeof found === 'string' || found === expected, `octet ${place}`).toBe(true);
    }
  });

  test('one that was not granted, and what is none, is refused', () => {
    expect(check(sequence(Uint8Array.of(0x30, 0x03, 0x02, 0x01, 0x02)))).toBe('status');
    expect(check(sequence(Uint8Array.of(0x30, 0x03, 0x02, 0x01, 0x00)))).toBe('status');
    for (const bytes of [[], [0x30], [0x30, 0x80, 0, 0], [0x30, 0x81, 0x03, 1, 1, 1], [0x3f, 0x01, 0]])
      expect(check(Uint8Array.from(bytes))).toBe('der');
    expect(check(new TextEncoder().encode('<html>'))).toBe('der');
    for (let length = 0; length < good.length; length += 97) expect(check(good.slice(0, length))).toBe('der');
    expect(check(Uint8Array.from([...good, 0]))).toBe('der');
  });

  test('a file of authorities has authorities and nothing else', () => {
    expect(parseAuthorities(kit.authorities)).toHaveLength(1);
    expect(parseAuthorities(`# who\n${kit.authorities}\n${kit.authorities}`)).toHaveLength(2);
    const signer = readFileSync(kit.signer.certificate, 'utf8');
    for (const text of ['', 'hello', signer, `${kit.authorities}${signer}`])
      expect(parseAuthorities(text)).toBeUndefined();
    expect(
      parseAuthorities('-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n'),
    ).toBeUndefined();
  });

  function derOf(path: string): Buffer {
    return kit.run(['x509', '-in', path, '-outform', 'DER']);
  }

  function serialOf(path: string): string {
    return `0x${kit.run(['x509', '-in', path, '-noout', '-serial']).toString().trim().split('=')[1]}`;
  }

  function exchange(answer: Uint8Array, from: Buffer, to: Buffer): Uint8Array {
    const at = Buffer.from(answer).indexOf(from);
    expect(at).toBeGreaterThan(0);
    expect(to.length).toBe(from.length);
    return Uint8Array.from([...answer.slice(0, at), ...to, ...answer.slice(at + from.length)]);
  }
});
