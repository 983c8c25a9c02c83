/**
 * Who we are on a link between machines, and whom we accept (docs/spec/warden.md section 9). A credentials file is PEM: our
 * certificate, the certificate of the authority that was made with the warden, our key. A pin is the SHA-256 of the other side's public key,
 * so that a certificate of the same authority for somebody else does not pass either.
 */
import { X509Certificate, createHash, createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { InputError } from '@strongroom/core';

/** Our side of a link. */
export type LinkCredentials = {
  readonly certificate: string;
  readonly authority: string;
  readonly key: string;
  /** The pin by which the other side knows us. */
  readonly pin: string;
};

/** What a peer may do: ask as the server does, or send what a standby keeps. */
export type PeerUse = 'server' | 'warden';

/** A peer that is accepted. */
export type LinkPeer = { readonly name: string; readonly use: PeerUse; readonly pin: string };

const pinPattern = /^[0-9a-f]{64}$/;
const blockPattern = /-----BEGIN ([A-Z ]+)-----[^-]+-----END \1-----\n?/g;

/** Whether a text is a pin. */
export function isPin(value: unknown): value is string {
  return typeof value === 'string' && pinPattern.test(value);
}

/** The pin of a certificate. */
export function pinOf(certificate: X509Certificate): string {
  return createHash('sha256')
    .update(certificate.publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex');
}

/** @throws InputError WARDEN_LINK_INVALID */
export function readCredentials(path: string): LinkCredentials {
  try {
    const text = readFileSync(path, 'utf8');
    const blocks = [...text.matchAll(blockPattern)].map(([block, label]) => ({ block, label }));
    const [own, authority, ...others] = blocks.filter(({ label }) => label === 'CERTIFICATE');
    const [key] = blocks.filter(({ label }) => label === 'PRIVATE KEY');
    if (own === undefined || authority === undefined || key === undefined || others.length > 0)
      throw new InputError('WARDEN_LINK_INVALID', { reason: 'parts' });
    const certificate = new X509Certificate(own.block);
    const issuer = new X509Certificate(authority.block);
    if (!certificate.checkPrivateKey(createPrivateKey(key.block)) || !certificate.verify(issuer.publicKey))
      throw new InputError('WARDEN_LINK_INVALID', { reason: 'key' });
    return {
      certificate: own.block,
      authority: authority.block,
      key: key.block,
      pin: pinOf(certificate),
    };
  } catch (cause) {
    if (cause instanceof InputError) throw cause;
    throw new InputError('WARDEN_LINK_INVALID', { reason: 'file' }, { cause });
  }
}

/** The peers that a warden accepts, of its `link/peers.json`. @throws InputError WARDEN_LINK_INVALID */
export function readPeers(path: string): readonly LinkPeer[] {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new InputError('WARDEN_LINK_INVALID', { reason: 'peers' }, { cause });
  }
  if (!Array.isArray(value) || !value.every(isPeer)) {
    throw new InputError('WARDEN_LINK_INVALID', { reason: 'peers' });
  }
  return value;
}

function isPeer(value: unknown): value is LinkPeer {
  if (typeof value !== 'object' || value === null) return false;
  const { name, use, pin, ...others } = value as Partial<Record<keyof LinkPeer, unknown>>;
  return (
    typeof name === 'string' &&
    (use === 'server' || use === 'warden') &&
    isPin(pin) &&
    Object.keys(others).length === 0
  );
}

/** Host and port of `host:port` or `[v6]:port`. */
export function parseAddress(text: string): { readonly host: string; readonly port: number } | undefined {
  const match = /^(?:\[([0-9A-Fa-f:]+)\]|([A-Za-z0-9.-]+)):([0-9]{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  const host = match?.[1] ?? match?.[2];
  return host === undefined || port > 65_535 ? undefined : { host, port };
}
