/** `bctx`: what the bytes of one part of one record version are, for ever (docs/spec/bytes.md section 6). */
import { encodeCbor } from '../cbor/index.ts';
import type { Engine } from '../engine/index.ts';
import { InputError } from '../errors/index.ts';
import { parseId } from '../ids/index.ts';
import type { DeviceId, FirmId, RecordId, RoomId, VaultId } from '../ids/index.ts';
import { hashLabelled } from '../labels/index.ts';
import { readFormat } from './read-map.ts';
import { assertSuite, suite } from './suite.ts';

export const recordParts = ['card', 'body'] as const;
/** Which of the two sealed parts of a version. */
export type RecordPart = (typeof recordParts)[number];

export const recordKinds = [
  'document',
  'note',
  'message',
  'profile',
  'identifier',
  'firm',
  'payload-key',
] as const;
export type RecordKind = (typeof recordKinds)[number];

/** 0 Open, 1 Standard, 2 Confidential, 3 Secret. */
export type RecordClass = 0 | 1 | 2 | 3;

/** Highest number of an epoch or a version. */
export const counterMax = 0xffff_ffff;

/** The immutable context of one part of one record version. */
export type RecordContext = {
  readonly firm: FirmId;
  readonly vault: VaultId;
  readonly homeRoom: RoomId;
  readonly record: RecordId;
  readonly version: number;
  readonly part: RecordPart;
  readonly kind: RecordKind;
  readonly recordClass: RecordClass;
  readonly device: DeviceId;
  readonly epoch: number;
};

/** @throws InputError INPUT_INVALID, ID_INVALID */
export function encodeRecordContext(context: RecordContext): Uint8Array {
  assertCounter(context.version, 'version');
  assertCounter(context.epoch, 'epoch');
  if (!recordParts.includes(context.part)) throw new InputError('INPUT_INVALID', { name: 'part' });
  if (!recordKinds.includes(context.kind)) throw new InputError('INPUT_INVALID', { name: 'kind' });
  if (![0, 1, 2, 3].includes(context.recordClass))
    throw new InputError('INPUT_INVALID', { name: 'recordClass' });
  return encodeCbor({
    s: suite,
    f: parseId('frm', context.firm),
    v: parseId('vlt', context.vault),
    h: parseId('rom', context.homeRoom),
    r: parseId('rec', context.record),
    n: context.version,
    p: context.part,
    k: context.kind,
    c: context.recordClass,
    d: parseId('dev', context.device),
    e: context.epoch,
  });
}

/** @throws InputError CBOR_INVALID, FORMAT_INVALID, ID_INVALID; IntegrityError SUITE_REFUSED */
export function decodeRecordContext(bytes: Uint8Array): RecordContext {
  const reader = readFormat(bytes, {
    name: 'bctx',
    required: ['s', 'f', 'v', 'h', 'r', 'n', 'p', 'k', 'c', 'd', 'e'],
  });
  assertSuite(reader.number('s'));
  const context: RecordContext = {
    firm: parseId('frm', reader.text('f')),
    vault: parseId('vlt', reader.text('v')),
    homeRoom: parseId('rom', reader.text('h')),
    record: parseId('rec', reader.text('r')),
    version: reader.number('n', counterMax),
    part: reader.text('p') as RecordPart,
    kind: reader.text('k') as RecordKind,
    recordClass: reader.number('c', 3) as RecordClass,
    device: parseId('dev', reader.text('d')),
    epoch: reader.number('e', counterMax),
  };
  const isKnown =
    recordParts.includes(context.part) &&
    recordKinds.includes(context.kind) &&
    context.version > 0 &&
    context.epoch > 0;
  if (!isKnown) throw new InputError('FORMAT_INVALID', { format: 'bctx' });
  return context;
}

/** `Hb`. */
export function hashRecordContext(engine: Pick<Engine, 'sha256'>, encoded: Uint8Array): Uint8Array {
  return hashLabelled(engine, 'bctx', encoded);
}

/** Versions and epochs count from 1. @throws InputError INPUT_INVALID */
export function assertCounter(value: number, name: string): void {
  if (!Number.isSafeInteger(value) || value < 1 || value > counterMax)
    throw new InputError('INPUT_INVALID', { name });
}
