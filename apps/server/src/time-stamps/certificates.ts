/**
 * Certificates of time-stamp authorities (RFC 5280, RFC 3161 2.3): what is read of them, and whether one leads to a trusted authority.
 *
 * Invariant: a chain is good only if each certificate was signed by the next, each but the first may sign certificates, no critical extension
 * is unknown, every one was valid at the time of the stamp, and the last is one of the trusted ones. Revocation is not looked up.
 */
import { X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { compareBytes } from '@strongroom/core';
import type { DerValue } from './der-reader.ts';
import {
  context,
  expectTag,
  readObjectId,
  readSequence,
  readSmallInteger,
  readValue,
  readValues,
  tags,
} from './der-reader.ts';
import { refuse } from './refuse.ts';

/** A certificate with what its DER says. Names and numbers are octets, to be compared. */
export type Certificate = {
  readonly x509: X509Certificate;
  readonly publicKey: KeyObject;
  readonly issuer: Uint8Array;
  readonly subject: Uint8Array;
  readonly serial: Uint8Array;
  readonly signatureAlgorithm: string;
  readonly extensions: ReadonlyMap<string, Extension>;
};

type Extension = { readonly isCritical: boolean; readonly value: Uint8Array };

const ids = {
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  basicConstraints: '2.5.29.19',
  certificatePolicies: '2.5.29.32',
  extendedKeyUsage: '2.5.29.37',
  anyUsage: '2.5.29.37.0',
  timeStamping: '1.3.6.1.5.5.7.3.8',
} as const;

/** Policies ask for nothing where no policy is asked for; the others are judged here. */
const knownCritical: ReadonlySet<string> = new Set([
  ids.keyUsage,
  ids.basicConstraints,
  ids.certificatePolicies,
  ids.extendedKeyUsage,
]);

/** SHA-256, SHA-384 and SHA-512 with RSA; RSASSA-PSS; ECDSA with the three; Ed25519. */
const signatureAlgorithms: ReadonlySet<string> = new Set([
  '1.2.840.113549.1.1.10',
  '1.2.840.113549.1.1.11',
  '1.2.840.113549.1.1.12',
  '1.2.840.113549.1.1.13',
  '1.2.840.10045.4.3.2',
  '1.2.840.10045.4.3.3',
  '1.2.840.10045.4.3.4',
  '1.3.101.112',
]);

const usageBits = { digitalSignature: 0, nonRepudiation: 1, certificateSigning: 5 } as const;
const rsaBitsMin = 2048;
const chainLengthMax = 6;
/** Over all ways that are tried, so that certificates made to look alike cost little. */
const signatureChecksMax = 64;

/** @throws IntegrityError TIME_STAMP_INVALID (`der`) */
export function readCertificate(encoded: Uint8Array): Certificate {
  const [body, algorithm] = readSequence(readValue(encoded, tags.sequence));
  const fields = readSequence(body);
  const hasVersion = fields[0]?.tag === context(0);
  const [serial, , issuer, , subject] = fields.slice(hasVersion ? 1 : 0);
  let x509: X509Certificate;
  let publicKey: KeyObject;
  try {
    x509 = new X509Certificate(encoded);
    // Read once, here: a key that is none is found only when it is asked for.
    ({ publicKey } = x509);
  } catch {
    refuse('der');
  }
  return {
    x509,
    publicKey,
    issuer: expectTag(issuer, tags.sequence).encoded,
    subject: expectTag(subject, tags.sequence).encoded,
    serial: expectTag(serial, tags.integer).contents,
    signatureAlgorithm: readObjectId(readSequence(algorithm)[0]),
    extensions: readExtensions(fields.find(({ tag }) => tag === context(3))),
  };
}

/** The identifier of its key, where it names one. */
export function keyIdentifierOf({ extensions }: Certificate): Uint8Array | undefined {
  const found = extensions.get(ids.subjectKeyIdentifier);
  return found === undefined ? undefined : readValue(found.value, tags.octetString).contents;
}

/** Whether it may sign certificates, as a trusted authority must. */
export function isAuthority(certificate: Certificate): boolean {
  return mayIssue(certificate, 0) && !hasUnknownCritical(certificate);
}

/** For time stamps alone, and said so in a critical extension (RFC 3161 2.3). @throws IntegrityError TIME_STAMP_INVALID (`usage`) */
export function assertStamps(certificate: Certificate): void {
  const { extensions } = certificate;
  const usages = usagesOf(certificate);
  const isForStamps =
    extensions.get(ids.extendedKeyUsage)?.isCritical === true &&
    usages?.length === 1 &&
    usages[0] === ids.timeStamping;
  const bits = keyUsageOf(certificate);
  const maySign = bits === undefined || bits[usageBits.digitalSignature] || bits[usageBits.nonRepudiation];
  if (!isForStamps || maySign !== true) refuse('usage');
}

/**
 * From a certificate to a trusted one, by those that came along.
 * @returns when the first of the chain's certificates ends, in milliseconds
 * @throws IntegrityError TIME_STAMP_INVALID (`chain`, `validity`)
 */
export function assertChain(
  signer: Certificate,
  options: {
    readonly among: readonly Certificate[];
    readonly authorities: readonly Certificate[];
    readonly atMs: number;
  },
): { readonly endsMs: number } {
  const { among, authorities, atMs } = options;
  let checks = 0;
  let isOutOfDate = false;
  const walk = (chain: readonly Certificate[]): readonly Certificate[] | undefined => {
    const last = chain.at(-1) as Certificate;
    if (chain.length > chainLengthMax) return undefined;
    const issuers = [...authorities, ...among].filter(
      (one) => !chain.includes(one) && compareBytes(one.subject, last.issuer) === 0,
    );
    for (const issuer of issuers) {
      if (!mayIssue(issuer, chain.length - 1) || hasUnknownCritical(issuer)) continue;
      if (++checks > signatureChecksMax) return undefined;
      if (!isIssuedBy(last, issuer)) continue;
      const longer = [...chain, issuer];
      if (!authorities.includes(issuer)) {
        const found = isForStampsIfSaid(issuer) ? walk(longer) : undefined;
        if (found !== undefined) return found;
      } else if (longer.every(({ x509 }) => isValidAt(x509, atMs))) return longer;
      else isOutOfDate = true;
    }
    return undefined;
  };
  const chain = hasUnknownCritical(signer) || !isStrong(signer) ? undefined : walk([signer]);
  if (chain === undefined) refuse(isOutOfDate ? 'validity' : 'chain');
  return { endsMs: Math.min(...chain.map(({ x509 }) => x509.validToDate.getTime())) };
}

function isValidAt({ validFromDate, validToDate }: X509Certificate, atMs: number): boolean {
  return validFromDate.getTime() <= atMs && atMs <= validToDate.getTime();
}

function isIssuedBy(certificate: Certificate, issuer: Certificate): boolean {
  return (
    signatureAlgorithms.has(certificate.signatureAlgorithm) &&
    isStrong(issuer) &&
    certificate.x509.checkIssued(issuer.x509) &&
    verifies(certificate.x509, issuer.publicKey)
  );
}

function verifies(certificate: X509Certificate, key: KeyObject): boolean {
  try {
    return certificate.verify(key);
  } catch {
    return false; // OpenSSL throws for a key that does not fit the signature
  }
}

function isStrong({ publicKey }: Certificate): boolean {
  const { asymmetricKeyType, asymmetricKeyDetails } = publicKey;
  const isRsa = asymmetricKeyType === 'rsa' || asymmetricKeyType === 'rsa-pss';
  return !isRsa || (asymmetricKeyDetails?.modulusLength ?? 0) >= rsaBitsMin;
}

/** `below`: how many authorities stand between it and the signer. */
function mayIssue(certificate: Certificate, below: number): boolean {
  const constraints = certificate.extensions.get(ids.basicConstraints);
  if (constraints === undefined) return false;
  const [isCa, pathLength] = readValues(readValue(constraints.value, tags.sequence).contents);
  if (isCa?.tag !== tags.boolean || isCa.contents.length !== 1 || isCa.contents[0] !== 0xff) return false;
  if (pathLength !== undefined && readSmallInteger(pathLength) < below) return false;
  return keyUsageOf(certificate)?.[usageBits.certificateSigning] ?? true;
}

/** An authority in between that says what it is for must say this. */
function isForStampsIfSaid(certificate: Certificate): boolean {
  const usages = usagesOf(certificate);
  return usages === undefined || usages.includes(ids.timeStamping) || usages.includes(ids.anyUsage);
}

function hasUnknownCritical({ extensions }: Certificate): boolean {
  return [...extensions].some(([id, { isCritical }]) => isCritical && !knownCritical.has(id));
}

function usagesOf({ extensions }: Certificate): readonly string[] | undefined {
  const found = extensions.get(ids.extendedKeyUsage);
  if (found === undefined) return undefined;
  return readValues(readValue(found.value, tags.sequence).contents).map((value) => readObjectId(value));
}

/** By bit number; undefined where it says nothing. */
function keyUsageOf({ extensions }: Certificate): readonly boolean[] | undefined {
  const found = extensions.get(ids.keyUsage);
  if (found === undefined) return undefined;
  const { contents } = readValue(found.value, tags.bitString);
  return [...contents.subarray(1)].flatMap((octet) =>
    Array.from({ length: 8 }, (_, bit) => ((octet >> (7 - bit)) & 1) === 1),
  );
}

function readExtensions(field: DerValue | undefined): ReadonlyMap<string, Extension> {
  const extensions = new Map<string, Extension>();
  if (field === undefined) return extensions;
  for (const one of readValues(readValue(field.contents, tags.sequence).contents)) {
    const [id, second, third] = readSequence(one);
    const name = readObjectId(id);
    const isCritical = second?.tag === tags.boolean && second.contents[0] === 0xff;
    const value = expectTag(third ?? second, tags.octetString).contents;
    if (extensions.has(name)) refuse('der');
    extensions.set(name, { isCritical, value });
  }
  return extensions;
}
