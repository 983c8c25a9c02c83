/** What one entry says, in facts. */
import { decodeEntry, entryHash } from '@strongroom/authority';
import type { Body, BodyOf } from '@strongroom/authority';
import { encodeHex } from '@strongroom/core';
import type { EvidenceEngine } from './fold-ledgers.ts';
import type { DestroyedFacts, HeadFacts, LineFacts } from './findings.ts';
import type { TlogPolicy, VerifiedCheckpoint } from '@strongroom/ledger';

/** @throws InputError FORMAT_INVALID for bytes that are no entry */
export function describeEntry(engine: EvidenceEngine, index: number, bytes: Uint8Array): LineFacts {
  const { body, atMs } = decodeEntry(bytes);
  return {
    index,
    hash: encodeHex(entryHash(engine, bytes)),
    kind: body.k,
    atMs,
    who: whoOf(body),
    room: roomOf(body),
    what: recordsOf(body),
    facts: Object.fromEntries(
      Object.entries(body).filter(
        (pair): pair is [string, string | number] =>
          typeof pair[1] === 'string' || typeof pair[1] === 'number',
      ),
    ),
    ...(body.k === 'destroyed' ? { destroyed: describeDestroyed(body) } : {}),
  };
}

/** What a `destroyed` line says. */
export function describeDestroyed(body: BodyOf<'destroyed'>): DestroyedFacts {
  return {
    disposal: body.disposal,
    items: body.items.map(([record, version, part, slot]) => ({ record, version, part, slot })),
    generation: body.generation,
    level: body.level,
    ...(body.second === undefined ? {} : { second: body.second }),
  };
}

/** A head, with the witnesses that a policy knows. */
export function describeHead(checkpoint: VerifiedCheckpoint, policy: TlogPolicy): HeadFacts {
  const cosigned = new Set(checkpoint.cosignatures.map(({ key }) => key.id));
  return {
    origin: checkpoint.origin,
    size: checkpoint.size,
    root: encodeHex(checkpoint.root),
    keyId: checkpoint.logKey.id,
    cosigners: policy.witnesses.filter(({ key }) => cosigned.has(key.id)).map(({ name }) => name),
    witnesses: policy.witnesses.length,
  };
}

function whoOf(body: Body): string {
  if ('person' in body) return body.person;
  return 'd' in body && body.d !== undefined ? body.d : '';
}

function roomOf(body: Body): string {
  if ('room' in body) return body.room;
  if ('c' in body && body.c[0].startsWith('rom_')) return body.c[0];
  if (body.k === 'released') return body.parts[0]?.[0] ?? '';
  return '';
}

function recordsOf(body: Body): readonly string[] {
  if ('record' in body) return [body.record];
  if (body.k === 'released') return [...new Set(body.parts.map(([, record]) => record))];
  if (body.k === 'disposal.proposed' || body.k === 'destroyed')
    return [...new Set(body.items.map(([record]) => record))];
  return [];
}
