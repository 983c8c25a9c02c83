/**
 * The files of links to a warden, made on the warden's machine (docs/spec/warden.md section 9): `link/` of its home holds the authority that
 * was made for it alone, its own certificate, and the list of who may call. The file of a peer is made once, handed over, and not kept.
 */
import { X509Certificate, createPrivateKey } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { linkName, pinOf, readCredentials, readPeers } from '@strongroom/warden';
import type { LinkPeer, PeerUse } from '@strongroom/warden';
import type { Clock } from '../clock.ts';
import { makeLinkAuthority, makeLinkCertificate } from './certificates.ts';
import type { Validity } from './certificates.ts';
import { writePrivately } from './private-file.ts';

const dayMs = 86_400_000;
const linkMs = 3_650 * dayMs;
const keyHead = '-----BEGIN PRIVATE KEY-----';

type LinkParts = {
  /** The warden's home. */
  readonly home: string;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly randomBytes: (length: number) => Uint8Array;
};

/** Makes what a warden needs to be reached from other machines, where it is not there yet; answers its pin. */
export function prepareLinks(parts: LinkParts): string {
  const folder = join(parts.home, 'link');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const authorityFile = join(folder, 'authority.pem');
  const ownFile = join(folder, 'warden.pem');
  const peersFile = join(folder, 'peers.json');
  if (!existsSync(authorityFile)) {
    const made = makeLinkAuthority(linkName, validity(parts), parts.randomBytes(16));
    writePrivately(authorityFile, `${made.certificate}${made.key}`);
  }
  if (!existsSync(ownFile)) writePrivately(ownFile, issue(parts));
  if (!existsSync(peersFile)) writePrivately(peersFile, '[]\n');
  return readCredentials(ownFile).pin;
}

/** Makes a peer's file and lets it in; a peer of the same name is out from its next connection on. Answers the file's text. */
export function addLink(parts: LinkParts, peer: { readonly name: string; readonly use: PeerUse }): string {
  prepareLinks(parts);
  const peersFile = join(parts.home, 'link', 'peers.json');
  const text = issue(parts);
  const pin = pinOf(new X509Certificate(text));
  const others = readPeers(peersFile).filter(({ name }) => name !== peer.name);
  writePeers(peersFile, [...others, { ...peer, pin }]);
  return text;
}

/** Strikes a peer out. Answers whether there was one of this name. */
export function removeLink(home: string, name: string): boolean {
  const peersFile = join(home, 'link', 'peers.json');
  const peers = readPeers(peersFile);
  writePeers(
    peersFile,
    peers.filter((peer) => peer.name !== name),
  );
  return peers.some((peer) => peer.name === name);
}

function issue(parts: LinkParts): string {
  const text = readFileSync(join(parts.home, 'link', 'authority.pem'), 'utf8');
  const place = text.indexOf(keyHead);
  const authority = { certificate: text.slice(0, place), key: createPrivateKey(text.slice(place)) };
  const made = makeLinkCertificate(authority.key, linkName, validity(parts), parts.randomBytes(16));
  return `${made.certificate}${authority.certificate}${made.key}`;
}

/** Clocks of other machines may be behind. */
function validity({ clock }: LinkParts): Validity {
  const nowMs = clock.nowMs();
  return { fromMs: nowMs - dayMs, untilMs: nowMs + linkMs };
}

function writePeers(path: string, peers: readonly LinkPeer[]): void {
  writePrivately(path, `${JSON.stringify(peers, null, 2)}\n`);
}
