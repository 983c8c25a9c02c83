/** What stands in a document's card (docs/spec/bytes.md section 6). It comes from its author, so it is checked before it is used. */
import { isBytes, IntegrityError } from '@strongroom/core';
import type { CborValue } from '@strongroom/core';

/** The card of a document. */
export interface DocumentCard {
  readonly name: string;
  readonly type: string;
  readonly folder: readonly string[];
  readonly sizeBytes: number;
  readonly modifiedAtMs: number;
  readonly contentHash: Uint8Array;
  readonly labels: Readonly<Record<string, string>>;
}

/** @throws IntegrityError RECORD_REFUSED */
export function parseDocumentCard(value: CborValue): DocumentCard {
  const card = asMap(value);
  const { name, type, folder, size, at, hash } = card;
  const isRight =
    typeof name === 'string' &&
    typeof type === 'string' &&
    Array.isArray(folder) &&
    folder.every((part) => typeof part === 'string') &&
    typeof size === 'number' &&
    size >= 0 &&
    typeof at === 'number' &&
    isBytes(hash) &&
    hash.length === 32;
  if (!isRight) throw new IntegrityError('RECORD_REFUSED', { reason: 'card-content' });
  return {
    name,
    type,
    folder: folder,
    sizeBytes: size,
    modifiedAtMs: at,
    contentHash: hash,
    labels: parseLabels(card['labels']),
  };
}

/** Labels are texts; what else stands there is no label. */
function parseLabels(value: CborValue | undefined): Readonly<Record<string, string>> {
  if (value === undefined) return {};
  return Object.fromEntries(
    Object.entries(asMap(value)).filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
  );
}

/** Name and aliases of a profile. @throws IntegrityError RECORD_REFUSED */
export function parseProfileCard(value: CborValue): {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly person?: string;
} {
  const { name, aliases, person } = asMap(value);
  if (typeof name !== 'string') throw new IntegrityError('RECORD_REFUSED', { reason: 'card-content' });
  const texts = Array.isArray(aliases)
    ? aliases.filter((alias): alias is string => typeof alias === 'string')
    : [];
  return { name, aliases: texts, ...(typeof person === 'string' ? { person } : {}) };
}

/** @throws IntegrityError RECORD_REFUSED */
export function asMap(value: CborValue): Readonly<Record<string, CborValue>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || isBytes(value)) {
    throw new IntegrityError('RECORD_REFUSED', { reason: 'card-content' });
  }
  return value as Readonly<Record<string, CborValue>>;
}
