/** A certificate with its key, judged before anybody is served with it. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { InputError } from '@strongroom/core';

/** What a TLS server shows and proves itself with. */
export type TlsPair = {
  /** PEM, the server's own first. */
  readonly certificate: string;
  /** PEM. */
  readonly key: string;
  readonly fromMs: number;
  readonly endsMs: number;
};

/**
 * @throws InputError TLS_CERTIFICATE_INVALID, TLS_KEY_INVALID, TLS_KEY_MISMATCH, TLS_CERTIFICATE_NAME, TLS_CERTIFICATE_ENDED
 */
export function judgePair(
  texts: { readonly certificate: string; readonly key: string },
  hostName: string,
  nowMs: number,
): TlsPair {
  const own = readCertificates(texts.certificate)[0];
  if (own === undefined) throw new InputError('TLS_CERTIFICATE_INVALID');
  const key = readKey(texts.key);
  if (!own.checkPrivateKey(key)) throw new InputError('TLS_KEY_MISMATCH');
  if (own.checkHost(hostName, { subject: 'never' }) === undefined)
    throw new InputError('TLS_CERTIFICATE_NAME');
  const fromMs = own.validFromDate.getTime();
  const endsMs = own.validToDate.getTime();
  if (nowMs < fromMs || nowMs >= endsMs) throw new InputError('TLS_CERTIFICATE_ENDED');
  try {
    createSecureContext({ cert: texts.certificate, key: texts.key });
  } catch (cause) {
    // The TLS library refuses what is too weak for it.
    throw new InputError('TLS_CERTIFICATE_INVALID', {}, { cause });
  }
  return { ...texts, fromMs, endsMs };
}

/** All certificates of a PEM text, in order. @throws InputError TLS_CERTIFICATE_INVALID */
export function readCertificates(text: string): X509Certificate[] {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  try {
    return blocks.map((block) => new X509Certificate(block));
  } catch (cause) {
    throw new InputError('TLS_CERTIFICATE_INVALID', {}, { cause });
  }
}

function readKey(text: string): KeyObject {
  try {
    return createPrivateKey(text);
  } catch (cause) {
    throw new InputError('TLS_KEY_INVALID', {}, { cause });
  }
}
