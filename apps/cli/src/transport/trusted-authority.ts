/**
 * The certificate of a server's own authority, kept in the home once it was given. Where there is one, it alone is trusted for the
 * server: a certificate of another authority, public ones too, is then somebody else's.
 */
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setDefaultCACertificates } from 'node:tls';
import { InputError, encodeHex, encodeUtf8 } from '@strongroom/core';
import type { Run } from '../command.ts';
import type { ClientHome } from '../home/client-home.ts';
import { isMissing, writeDurableFile } from '../home/durable-file.ts';
import { nameSubject } from '../subject.ts';

const authorityPath = (home: Pick<ClientHome, 'folder'>): string => join(home.folder, 'authority.crt');

/**
 * Trusts, for everything that this process fetches, the certificate that was named, and keeps it for the home's next commands; where none
 * was named, the one that is kept; where none is kept, what the system trusts.
 * @throws InputError FILE_UNREADABLE, TLS_CERTIFICATE_INVALID
 */
export async function trustAuthority(
  { home, context }: Pick<Run, 'home' | 'context'>,
  named: string | undefined,
): Promise<void> {
  const text = named === undefined ? await readKept(home) : await readNamed(resolve(context.cwd, named));
  if (text === undefined) return;
  assertAuthority(text);
  setDefaultCACertificates([text]);
  if (named === undefined) return;
  await writeDurableFile({
    path: authorityPath(home),
    bytes: encodeUtf8(text),
    token: encodeHex(context.randomBytes(8)),
  });
}

async function readKept(home: ClientHome): Promise<string | undefined> {
  try {
    return await readFile(authorityPath(home), 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function readNamed(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw nameSubject(new InputError('FILE_UNREADABLE', {}, { cause }), path);
  }
}

/** Whether a failed connection failed because the certificate is not trusted for the name. */
export function isUntrustedCertificate(error: unknown): boolean {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code !== undefined && certificateErrors.test(code)) return true;
  }
  return false;
}

const certificateErrors =
  /^(?:CERT_|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT|UNABLE_TO_(?:GET|VERIFY|DECODE)_|ERR_TLS_CERT_ALTNAME_INVALID|INVALID_(?:CA|PURPOSE)|HOSTNAME_MISMATCH|PATH_LENGTH_EXCEEDED|UNSPECIFIED)/u;

function assertAuthority(text: string): void {
  try {
    if (new X509Certificate(text).ca) return;
  } catch (cause) {
    throw new InputError('TLS_CERTIFICATE_INVALID', {}, { cause });
  }
  throw new InputError('TLS_CERTIFICATE_INVALID');
}
