/**
 * The server's own certificate authority, in `tls/` of the home and outside `data/`: `authority.pem` and `server.pem` hold a certificate and
 * its key, each file replaced whole. The authority is made once and never by itself again, because every machine would have to trust it anew;
 * the server's certificate is made anew 30 days before its end.
 */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DependencyError, InputError, IntegrityError, StrongroomError } from '@strongroom/core';
import type { Clock } from '../clock.ts';
import { makeAuthority, makeServerCertificate, nameOfAuthority } from './certificates.ts';
import type { KeyedCertificate } from './certificates.ts';
import { writePrivately } from './private-file.ts';
import type { OwnAuthority, TlsKeeper } from './tls-keeper.ts';
import { judgePair, readCertificates } from './tls-pair.ts';
import type { TlsPair } from './tls-pair.ts';

const dayMs = 86_400_000;
/** Clocks of other machines may be behind. */
const beforeMs = dayMs;
const authorityMs = 3_650 * dayMs;
const serverMs = 90 * dayMs;
const renewalMs = 30 * dayMs;
const lookAgainMs = 3_600_000;

/** @throws IntegrityError AUTHORITY_DAMAGED; InputError AUTHORITY_OTHER_NAME; DependencyError HOME_NOT_WRITABLE */
export function openOwnAuthority(options: {
  readonly folder: string;
  readonly hostName: string;
  readonly clock: Clock;
  readonly randomBytes: (length: number) => Uint8Array;
}): TlsKeeper {
  const { folder, hostName, clock } = options;
  const newSerial = (): Uint8Array => options.randomBytes(16);
  const authorityFile = join(folder, 'authority.pem');
  const serverFile = join(folder, 'server.pem');
  makeFolder(folder);
  let isNew = false;
  let kept = readKeyed(authorityFile);
  if (kept === undefined) {
    // A server certificate without its authority: the authority was lost, not never made.
    if (readKeyed(serverFile) !== undefined) throw new IntegrityError('AUTHORITY_DAMAGED');
    kept = makeAuthority(hostName, validityFrom(clock, authorityMs), newSerial());
    writeKeyed(authorityFile, kept);
    isNew = true;
  }
  const authority = readAuthority(kept, hostName, { certificateFile: join(folder, 'authority.crt'), isNew });
  writePrivately(authority.certificateFile, authority.certificate);
  const certificateKey = createPrivateKey(kept.key);

  const issue = (): TlsPair => {
    const until = validityFrom(clock, serverMs);
    const validity = { ...until, untilMs: Math.min(until.untilMs, authority.endsMs) };
    const made = makeServerCertificate({ certificateKey, hostName }, hostName, validity, newSerial());
    writeKeyed(serverFile, made);
    return judgePair(made, hostName, clock.nowMs());
  };
  const isDue = ({ endsMs }: TlsPair): boolean =>
    endsMs - clock.nowMs() < renewalMs && endsMs < authority.endsMs;
  const usable = findUsable(serverFile, authority, clock);
  let pair = usable === undefined || isDue(usable) ? issue() : usable;
  return {
    get pair() {
      return pair;
    },
    refused: undefined,
    keyFile: serverFile,
    authority,
    watch(onChange) {
      let cancel = (): void => undefined;
      const look = (): void => {
        if (isDue(pair)) {
          pair = issue();
          onChange({ kind: 'renewed', pair });
        }
        cancel = clock.schedule(lookAgainMs, look);
      };
      cancel = clock.schedule(lookAgainMs, look);
      return () => cancel();
    },
  };
}

function readAuthority(
  kept: KeyedCertificate,
  hostName: string,
  rest: Pick<OwnAuthority, 'certificateFile' | 'isNew'>,
): OwnAuthority {
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(kept.certificate);
    if (!certificate.ca || !certificate.checkPrivateKey(createPrivateKey(kept.key)))
      throw new TypeError('no authority with its key');
  } catch (cause) {
    throw new IntegrityError('AUTHORITY_DAMAGED', {}, { cause });
  }
  // It is constrained to the host name that its own name tells.
  if (certificate.subject !== `CN=${nameOfAuthority(hostName)}`) throw new InputError('AUTHORITY_OTHER_NAME');
  return {
    ...rest,
    hostName,
    certificate: kept.certificate,
    fingerprint: certificate.fingerprint256,
    endsMs: certificate.validToDate.getTime(),
  };
}

/** The server's certificate of an earlier start, where it still serves. */
function findUsable(path: string, authority: OwnAuthority, clock: Clock): TlsPair | undefined {
  const kept = readKeyed(path);
  if (kept === undefined) return undefined;
  try {
    const pair = judgePair(kept, authority.hostName, clock.nowMs());
    const [own] = readCertificates(kept.certificate);
    return own?.verify(new X509Certificate(authority.certificate).publicKey) === true ? pair : undefined;
  } catch (cause) {
    if (cause instanceof StrongroomError) return undefined; // ended or damaged: another is made
    throw cause;
  }
}

function validityFrom(clock: Clock, forMs: number): { readonly fromMs: number; readonly untilMs: number } {
  const nowMs = clock.nowMs();
  return { fromMs: nowMs - beforeMs, untilMs: nowMs + forMs };
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    chmodSync(folder, 0o700);
  } catch (cause) {
    throw new DependencyError('HOME_NOT_WRITABLE', {}, { cause });
  }
}

function readKeyed(path: string): KeyedCertificate | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new IntegrityError('AUTHORITY_DAMAGED', {}, { cause });
  }
  const place = text.indexOf('-----BEGIN PRIVATE KEY-----');
  return { certificate: text.slice(0, Math.max(0, place)), key: text.slice(Math.max(0, place)) };
}

function writeKeyed(path: string, { certificate, key }: KeyedCertificate): void {
  writePrivately(path, `${certificate}${key}`);
}
