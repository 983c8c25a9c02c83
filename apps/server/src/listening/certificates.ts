/**
 * Makes the certificates of an own authority, for people's browsers and for the links of wardens (RFC 5280), with keys and signatures of node:crypto. The authority may vouch for one
 * name alone (name constraints) and for servers alone, so that trusting it gives no power over other sites.
 */
import { createHash, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import {
  bitString,
  integer,
  isTrue,
  objectId,
  octetString,
  sequence,
  set,
  tagged,
  time,
  utf8String,
} from './der.ts';
import type { Der } from './der.ts';

/** A certificate with its key, both PEM. */
export type KeyedCertificate = { readonly certificate: string; readonly key: string };

/** From when to when. */
export type Validity = { readonly fromMs: number; readonly untilMs: number };

const oid = {
  commonName: '2.5.4.3',
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  subjectKeyId: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  nameConstraints: '2.5.29.30',
  authorityKeyId: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
} as const;

const commonNameLengthMax = 64;
const linkAuthorityName = 'Strongroom warden';
/** dNSName and iPAddress of GeneralName. */
const dnsNameTag = 0x82;
const ipAddressTag = 0x87;

/** A new authority for one host name. */
export function makeAuthority(hostName: string, validity: Validity, serial: Uint8Array): KeyedCertificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = encodeName(nameOfAuthority(hostName));
  const certificate = encodeCertificate({
    serial,
    issuer: name,
    subject: name,
    validity,
    publicKey,
    signingKey: privateKey,
    extensions: [
      // an authority, of servers' own certificates only
      extension(oid.basicConstraints, true, sequence(isTrue, integer(Uint8Array.of(0)))),
      extension(oid.keyUsage, true, bitString(Uint8Array.of(0b0000_0110), 1)),
      extension(oid.extendedKeyUsage, false, sequence(objectId(oid.serverAuth))),
      extension(oid.nameConstraints, true, encodeNameConstraints(hostName)),
      extension(oid.subjectKeyId, false, octetString(keyIdOf(publicKey))),
    ],
  });
  return { certificate, key: exportKey(privateKey) };
}

/** A new certificate of a server, under an authority that was made for `authority.hostName`. */
export function makeServerCertificate(
  authority: { readonly certificateKey: KeyObject; readonly hostName: string },
  hostName: string,
  validity: Validity,
  serial: Uint8Array,
): KeyedCertificate {
  const { certificateKey } = authority;
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const authorityKeyId = keyIdOf(createPublicKey(certificateKey));
  const certificate = encodeCertificate({
    serial,
    issuer: encodeName(nameOfAuthority(authority.hostName)),
    subject: encodeName(hostName.length <= commonNameLengthMax ? hostName : 'Strongroom'),
    validity,
    publicKey,
    signingKey: certificateKey,
    extensions: [
      extension(oid.basicConstraints, true, sequence()),
      extension(oid.keyUsage, true, bitString(Uint8Array.of(0b1000_0000), 7)),
      extension(oid.extendedKeyUsage, false, sequence(objectId(oid.serverAuth))),
      extension(oid.subjectAltName, false, sequence(dnsName(hostName))),
      extension(oid.subjectKeyId, false, octetString(keyIdOf(publicKey))),
      extension(oid.authorityKeyId, false, sequence(tagged(0x80, authorityKeyId))),
    ],
  });
  return { certificate, key: exportKey(privateKey) };
}

/** A new authority for the links of one warden (docs/spec/warden.md section 9); it may vouch for one name, which is no host's. */
export function makeLinkAuthority(name: string, validity: Validity, serial: Uint8Array): KeyedCertificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const encoded = encodeName(linkAuthorityName);
  const certificate = encodeCertificate({
    serial,
    issuer: encoded,
    subject: encoded,
    validity,
    publicKey,
    signingKey: privateKey,
    extensions: [
      extension(oid.basicConstraints, true, sequence(isTrue, integer(Uint8Array.of(0)))),
      extension(oid.keyUsage, true, bitString(Uint8Array.of(0b0000_0110), 1)),
      extension(oid.nameConstraints, true, encodeNameConstraints(name)),
      extension(oid.subjectKeyId, false, octetString(keyIdOf(publicKey))),
    ],
  });
  return { certificate, key: exportKey(privateKey) };
}

/** A new certificate of one side of a link: either side asks and answers, so it serves both ways. */
export function makeLinkCertificate(
  certificateKey: KeyObject,
  name: string,
  validity: Validity,
  serial: Uint8Array,
): KeyedCertificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const certificate = encodeCertificate({
    serial,
    issuer: encodeName(linkAuthorityName),
    subject: encodeName(name),
    validity,
    publicKey,
    signingKey: certificateKey,
    extensions: [
      extension(oid.basicConstraints, true, sequence()),
      extension(oid.keyUsage, true, bitString(Uint8Array.of(0b1000_0000), 7)),
      extension(oid.extendedKeyUsage, false, sequence(objectId(oid.serverAuth), objectId(oid.clientAuth))),
      extension(oid.subjectAltName, false, sequence(dnsName(name))),
      extension(oid.subjectKeyId, false, octetString(keyIdOf(publicKey))),
      extension(oid.authorityKeyId, false, sequence(tagged(0x80, keyIdOf(createPublicKey(certificateKey))))),
    ],
  });
  return { certificate, key: exportKey(privateKey) };
}

/** The common name of the authority of a host name: another name gives another, also where it is too long to be shown. */
export function nameOfAuthority(hostName: string): string {
  const name = `Strongroom ${hostName}`;
  if (name.length <= commonNameLengthMax) return name;
  return `Strongroom ${createHash('sha256').update(hostName).digest('hex').slice(0, 32)}`;
}

type CertificateParts = {
  readonly serial: Uint8Array;
  readonly issuer: Der;
  readonly subject: Der;
  readonly validity: Validity;
  readonly publicKey: KeyObject;
  readonly signingKey: KeyObject;
  readonly extensions: readonly Der[];
};

function encodeCertificate(parts: CertificateParts): string {
  const algorithm = sequence(objectId(oid.ecdsaWithSha256));
  const body = sequence(
    tagged(0xa0, integer(Uint8Array.of(2))), // version 3
    integer(parts.serial),
    algorithm,
    parts.issuer,
    sequence(time(parts.validity.fromMs), time(parts.validity.untilMs)),
    parts.subject,
    exportPublicKey(parts.publicKey),
    tagged(0xa3, sequence(...parts.extensions)),
  );
  const signature = sign('sha256', body, parts.signingKey);
  const der = sequence(body, algorithm, bitString(signature));
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

function extension(id: string, isCritical: boolean, value: Der): Der {
  return sequence(objectId(id), ...(isCritical ? [isTrue] : []), octetString(value));
}

/** This name and those under it; no IP address at all. */
function encodeNameConstraints(hostName: string): Der {
  const subtree = (name: Der): Der => sequence(name);
  return sequence(
    tagged(0xa0, subtree(dnsName(hostName))),
    tagged(
      0xa1,
      subtree(tagged(ipAddressTag, new Uint8Array(8))),
      subtree(tagged(ipAddressTag, new Uint8Array(32))),
    ),
  );
}

function dnsName(hostName: string): Der {
  return tagged(dnsNameTag, Buffer.from(hostName, 'ascii'));
}

function encodeName(commonName: string): Der {
  return sequence(set(sequence(objectId(oid.commonName), utf8String(commonName))));
}

/** The first 160 bits of the hash of the key (RFC 7093, 2, method 1). */
function keyIdOf(publicKey: KeyObject): Uint8Array {
  return createHash('sha256').update(exportPublicKey(publicKey)).digest().subarray(0, 20);
}

function exportPublicKey(publicKey: KeyObject): Uint8Array {
  return publicKey.export({ type: 'spki', format: 'der' });
}

function exportKey(privateKey: KeyObject): string {
  return privateKey.export({ type: 'pkcs8', format: 'pem' });
}
