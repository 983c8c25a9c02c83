/**
 * Checks a time stamp (RFC 3161, RFC 5816; CMS as in RFC 5652) in full and by itself: that the authority granted it, that it is of these very
 * bytes, that the certificate for time stamps which the signed attributes name signed it, and that this leads to a trusted authority.
 *
 * Invariant: of what is not under the signature nothing is believed. What verifies here, `openssl ts -verify` accepts too, while the
 * certificates are valid; the other way round it is stricter (docs/spec/ledger.md, section 14).
 */
import { createHash, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { compareBytes } from '@strongroom/core';
import { assertChain, assertStamps, keyIdentifierOf, readCertificate } from './certificates.ts';
import type { Certificate } from './certificates.ts';
import type { DerValue } from './der-reader.ts';
import {
  context,
  expectTag,
  plainContext,
  readObjectId,
  readSequence,
  readSmallInteger,
  readValue,
  readValues,
  tags,
} from './der-reader.ts';
import { refuse } from './refuse.ts';

/** What a good time stamp says. */
export type TimeStamp = {
  /** By when the bytes existed at the latest: the authority's time and the inaccuracy that it admits. Milliseconds. */
  readonly atMs: number;
  /** When the first certificate of its chain ends: after that stock tools want to be told the time (`-attime`). */
  readonly endsMs: number;
};

const ids = {
  signedData: '1.2.840.113549.1.7.2',
  stampInfo: '1.2.840.113549.1.9.16.1.4',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingCertificate: '1.2.840.113549.1.9.16.2.12',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
  sha256: '2.16.840.1.101.3.4.2.1',
  rsa: '1.2.840.113549.1.1.1',
} as const;

const hashNames: Readonly<Record<string, string>> = {
  [ids.sha256]: 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};
/** Signature algorithms that name their hash: RSA (PKCS 1) and ECDSA. RSA-PSS and Ed25519 are none that `openssl ts -verify` checks. */
const hashOfSignature: Readonly<Record<string, { readonly hash: string; readonly key: string }>> = {
  '1.2.840.113549.1.1.11': { hash: 'sha256', key: 'rsa' },
  '1.2.840.113549.1.1.12': { hash: 'sha384', key: 'rsa' },
  '1.2.840.113549.1.1.13': { hash: 'sha512', key: 'rsa' },
  '1.2.840.10045.4.3.2': { hash: 'sha256', key: 'ec' },
  '1.2.840.10045.4.3.3': { hash: 'sha384', key: 'ec' },
  '1.2.840.10045.4.3.4': { hash: 'sha512', key: 'ec' },
};
/** Granted, and granted with modifications: both come with a token, which is checked all the same. */
const statusGrantedMax = 1;
const certificatesMax = 16;
const accuracySecondsMax = 86_400;

/**
 * @param options.answer DER of the authority's answer (TimeStampResp)
 * @param options.nonce of the question, where it is known: big-endian, taken as positive
 * @throws IntegrityError TIME_STAMP_INVALID with a `reason` (refuse.ts)
 */
export function checkTimeStamp(options: {
  readonly answer: Uint8Array;
  readonly data: Uint8Array;
  readonly authorities: readonly Certificate[];
  readonly nonce?: Uint8Array;
}): TimeStamp {
  const { answer, data, authorities, nonce } = options;
  const signed = readSigned(answer);
  const info = readInfo(signed.content);
  if (compareBytes(info.imprint, createHash('sha256').update(data).digest()) !== 0) refuse('imprint');
  if (nonce !== undefined && !isSameNumber(info.nonce, nonce)) refuse('nonce');
  const signer = findSigner(signed);
  assertStamps(signer);
  assertSigned(signed, signer);
  const { endsMs } = assertChain(signer, { among: signed.certificates, authorities, atMs: info.madeAtMs });
  return { atMs: info.madeAtMs + info.accuracyMs, endsMs };
}

/** Whether an answer is one about these bytes, whoever signed it. */
export function isAboutBytes(answer: Uint8Array, data: Uint8Array): boolean {
  const { imprint } = readInfo(readSigned(answer).content);
  return compareBytes(imprint, createHash('sha256').update(data).digest()) === 0;
}

type Signed = {
  readonly content: Uint8Array;
  readonly certificates: readonly Certificate[];
  readonly signer: {
    readonly id: DerValue;
    readonly hash: string;
    /** DER of the set, as it is signed. */
    readonly attributes: Uint8Array;
    readonly values: ReadonlyMap<string, DerValue>;
    readonly algorithm: string;
    readonly signature: Uint8Array;
  };
};

function readSigned(answer: Uint8Array): Signed {
  const [statusInfo, token, ...others] = readSequence(readValue(answer, tags.sequence));
  if (readSmallInteger(readSequence(statusInfo)[0]) > statusGrantedMax || token === undefined)
    refuse('status');
  const [type, wrapped] = readSequence(token);
  if (others.length > 0 || readObjectId(type) !== ids.signedData) refuse('content');
  const [, , inside, ...rest] = readSequence(
    readValue(expectTag(wrapped, context(0)).contents, tags.sequence),
  );
  const [contentType, content] = readSequence(inside);
  if (readObjectId(contentType) !== ids.stampInfo) refuse('content');
  const signers = expectTag(rest.at(-1), tags.set).contents;
  const [signer, ...moreSigners] = readValues(signers);
  if (signer === undefined || moreSigners.length > 0) refuse('signer');
  const certificates = rest
    .filter(({ tag }) => tag === context(0))
    .flatMap(({ contents }) => readValues(contents))
    .filter(({ tag }) => tag === tags.sequence);
  if (certificates.length > certificatesMax) refuse('signer');
  return {
    content: readValue(expectTag(content, context(0)).contents, tags.octetString).contents,
    certificates: certificates.map(({ encoded }) => readCertificate(encoded)),
    signer: readSigner(signer),
  };
}

function readSigner(value: DerValue): Signed['signer'] {
  const [, id, hash, attributes, algorithm, signature] = readSequence(value);
  const hashName = hashNames[readObjectId(readSequence(hash)[0])];
  if (hashName === undefined) refuse('signature');
  if (id === undefined || attributes?.tag !== context(0)) refuse('signer');
  const values = new Map<string, DerValue>();
  for (const attribute of readValues(attributes.contents)) {
    const [type, set] = readSequence(attribute);
    const [one, ...more] = readValues(expectTag(set, tags.set).contents);
    const name = readObjectId(type);
    if (one === undefined || more.length > 0 || values.has(name)) refuse('signer');
    values.set(name, one);
  }
  // What is signed is the set under its own tag (RFC 5652 5.4).
  const signed = Uint8Array.from(attributes.encoded);
  signed[0] = tags.set;
  return {
    id,
    hash: hashName,
    attributes: signed,
    values,
    algorithm: readObjectId(readSequence(algorithm)[0]),
    signature: expectTag(signature, tags.octetString).contents,
  };
}

/** The certificate that the signature names, which the signed attributes must name too (RFC 5035). */
function findSigner({ certificates, signer }: Signed): Certificate {
  const isNamed = (one: Certificate): boolean => {
    if (signer.id.tag === plainContext(0)) {
      const key = keyIdentifierOf(one);
      return key !== undefined && compareBytes(key, signer.id.contents) === 0;
    }
    const [issuer, serial] = readSequence(signer.id);
    return (
      issuer !== undefined &&
      compareBytes(issuer.encoded, one.issuer) === 0 &&
      compareBytes(expectTag(serial, tags.integer).contents, one.serial) === 0
    );
  };
  const found = certificates.find(isNamed);
  if (found === undefined) refuse('signer');
  const first = signer.values.get(ids.signingCertificate);
  const second = signer.values.get(ids.signingCertificateV2);
  if (first === undefined && second === undefined) refuse('certificate-named');
  if (first !== undefined) assertNames(first, found, false);
  if (second !== undefined) assertNames(second, found, true);
  return found;
}

/** The first that the attribute names is the signer's: by its hash, and by issuer and number where they are there. */
function assertNames(attribute: DerValue, certificate: Certificate, isSecond: boolean): void {
  const [list] = readSequence(attribute);
  const [first] = readSequence(list);
  const fields = readSequence(first);
  const hasHash = isSecond && fields[0]?.tag === tags.sequence;
  const hash = hasHash ? hashNames[readObjectId(readSequence(fields[0])[0])] : isSecond ? 'sha256' : 'sha1';
  if (hash === undefined) refuse('certificate-named');
  const [named, place] = fields.slice(hasHash ? 1 : 0);
  const own = createHash(hash).update(certificate.x509.raw).digest();
  if (compareBytes(expectTag(named, tags.octetString).contents, own) !== 0) refuse('certificate-named');
  if (place === undefined) return;
  const [names, serial] = readSequence(place);
  const [directory] = readSequence(names);
  const isSame =
    compareBytes(expectTag(directory, context(4)).contents, certificate.issuer) === 0 &&
    compareBytes(expectTag(serial, tags.integer).contents, certificate.serial) === 0;
  if (!isSame) refuse('certificate-named');
}

function assertSigned({ content, signer }: Signed, certificate: Certificate): void {
  const { values, hash, attributes } = signer;
  if (readObjectId(values.get(ids.contentType)) !== ids.stampInfo) refuse('content');
  const digest = expectTag(values.get(ids.messageDigest), tags.octetString).contents;
  if (compareBytes(digest, createHash(hash).update(content).digest()) !== 0) refuse('signature');
  if (!verifySignature(certificate.publicKey, attributes, signer)) refuse('signature');
}

function verifySignature(key: KeyObject, data: Uint8Array, signer: Signed['signer']): boolean {
  const { algorithm, hash, signature } = signer;
  const named = hashOfSignature[algorithm];
  try {
    if (named !== undefined)
      return named.hash === hash && key.asymmetricKeyType === named.key && verify(hash, data, key, signature);
    if (algorithm === ids.rsa) return key.asymmetricKeyType === 'rsa' && verify(hash, data, key, signature);
  } catch {
    // OpenSSL throws for a key that does not fit the algorithm.
  }
  return false;
}

type Info = {
  readonly imprint: Uint8Array;
  readonly madeAtMs: number;
  readonly accuracyMs: number;
  readonly nonce: Uint8Array | undefined;
};

function readInfo(content: Uint8Array): Info {
  const [version, policy, imprint, serial, time, ...optional] = readSequence(
    readValue(content, tags.sequence),
  );
  if (readSmallInteger(version) !== 1) refuse('content');
  readObjectId(policy);
  expectTag(serial, tags.integer);
  const [algorithm, hash] = readSequence(imprint);
  if (readObjectId(readSequence(algorithm)[0]) !== ids.sha256) refuse('imprint');
  const find = (tag: number): DerValue | undefined => optional.find((value) => value.tag === tag);
  assertNoneCritical(find(context(1)));
  return {
    imprint: expectTag(hash, tags.octetString).contents,
    madeAtMs: readTime(expectTag(time, tags.generalizedTime)),
    accuracyMs: readAccuracy(find(tags.sequence)),
    nonce: find(tags.integer)?.contents,
  };
}

/** Qualified authorities say in an extension that they are (ETSI EN 319 422); none is known that a reader has to understand. */
function assertNoneCritical(extensions: DerValue | undefined): void {
  if (extensions === undefined) return;
  for (const one of readValues(extensions.contents)) {
    const [, critical] = readSequence(one);
    if (critical?.tag === tags.boolean && critical.contents[0] !== 0) refuse('content');
  }
}

/** `YYYYMMDDhhmmss[.s]Z`, as RFC 3161 2.4.2 has it; parts of a millisecond count as one. */
function readTime({ contents }: DerValue): number {
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d{1,9}))?Z$/.exec(
    Buffer.from(contents).toString('latin1'),
  );
  const [, year, month, day, hour, minute, second, fraction = ''] = parts ?? [];
  const text = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
  const wholeMs = Date.parse(text);
  if (!Number.isFinite(wholeMs) || new Date(wholeMs).toISOString() !== text) refuse('time');
  return wholeMs + Math.ceil(Number(`0.${fraction || '0'}`) * 1000);
}

function readAccuracy(value: DerValue | undefined): number {
  if (value === undefined) return 0;
  let accuracyMs = 0;
  for (const part of readSequence(value)) {
    if (part.tag === tags.integer) accuracyMs += readSmallInteger(part) * 1000;
    else if (part.tag === plainContext(0)) accuracyMs += readSmallInteger(part, plainContext(0));
    else accuracyMs += Math.ceil(readSmallInteger(part, plainContext(1)) / 1000);
  }
  if (accuracyMs > accuracySecondsMax * 1000) refuse('time');
  return accuracyMs;
}

function isSameNumber(contents: Uint8Array | undefined, nonce: Uint8Array): boolean {
  if (contents === undefined) return false;
  const plain = (bytes: Uint8Array): Uint8Array => {
    const first = bytes.findIndex((octet) => octet !== 0);
    return first < 0 ? new Uint8Array() : bytes.subarray(first);
  };
  const isNegative = ((contents[0] ?? 0) & 0x80) !== 0;
  return !isNegative && compareBytes(plain(contents), plain(nonce)) === 0;
}
