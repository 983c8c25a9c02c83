/** A certificate of destruction as JSON, taken apart and not yet verified. */
import { decodeBase64url, decodeUtf8, IntegrityError } from '@strongroom/core';

/** What stands in a certificate's `kind`. */
export const certificateKind = 'strongroom/certificate-of-destruction/v1';

/** The kinds of its lines, in their order. */
export const certificateLines = [
  'disposal.proposed',
  'disposal.approved',
  'destruction.intended',
  'destroyed',
] as const;

/** Genesis, the vault, and promotions. */
const foundationMax = 18;

/** An object of JSON whose fields nobody has looked at. */
export type Json = Readonly<Record<string, unknown>>;

/** A certificate that has been taken apart, not verified. */
export interface Certificate {
  readonly facts: Json;
  readonly policy: string;
  readonly entries: readonly CertificateEntry[];
  /** Genesis, the statement that made the vault, and every promotion of a warden; none in certificates that bring only their lines. */
  readonly foundation: readonly CertificateEntry[];
}

/** A line with its proof. */
export interface CertificateEntry {
  readonly index: number;
  readonly entry: Uint8Array;
  readonly proof: string;
}

/** @throws IntegrityError PROOF_INVALID `certificate-format` */
export function parseCertificate(bytes: Uint8Array): Certificate {
  try {
    const value = JSON.parse(decodeUtf8(bytes)) as Json;
    const { facts, policy, entries, foundation = [] } = value;
    if (value['kind'] !== certificateKind || !isJson(facts) || typeof policy !== 'string') throw malformed();
    if (!Array.isArray(entries) || entries.length !== certificateLines.length) throw malformed();
    if (!Array.isArray(foundation) || foundation.length > foundationMax) throw malformed();
    return { facts, policy, entries: entries.map(parseEntry), foundation: foundation.map(parseEntry) };
  } catch (cause) {
    throw cause instanceof IntegrityError ? cause : malformed(cause);
  }
}

function parseEntry(value: unknown): CertificateEntry {
  if (!isJson(value)) throw malformed();
  const { index, entry, proof } = value;
  if (typeof index !== 'number' || typeof entry !== 'string' || typeof proof !== 'string') throw malformed();
  return { index, entry: decodeBase64url(entry), proof };
}

export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A fact or a line that is not what it should be. */
export function differs(path: string): IntegrityError {
  return new IntegrityError('PROOF_INVALID', { reason: 'certificate-differs', path });
}

/** Not a certificate at all. */
function malformed(cause?: unknown): IntegrityError {
  return new IntegrityError('PROOF_INVALID', { reason: 'certificate-format' }, { cause });
}
