/** `wctx` and `sctx`: what a wrap and its seal are bound to (docs/spec/bytes.md section 7). */
import { assertBytes } from '../bytes/index.ts';
import { encodeCbor } from '../cbor/index.ts';
import type { Engine } from '../engine/index.ts';
import { InputError } from '../errors/index.ts';
import { decodeId, formatId, parseId } from '../ids/index.ts';
import type { DeviceId, RecordId, RoomId, VaultId } from '../ids/index.ts';
import { hashLabelled } from '../labels/index.ts';
import { assertSlot } from '../slots/index.ts';
import { readFormat } from './read-map.ts';
import { assertCounter, counterMax, recordParts } from './record-context.ts';
import type { RecordPart } from './record-context.ts';
import { assertSuite, suite } from './suite.ts';

/** A part that can be wrapped: those of a record, or a device's cache key. */
export type WrapPart = RecordPart | 'cache';

/** Everything that one wrap is bound to. */
export type WrapContext = {
  /** `Hheader`, or for a cache key `hashCacheHeader`. */
  readonly headerHash: Uint8Array;
  readonly part: WrapPart;
  /** The wrapping room. */
  readonly room: RoomId;
  readonly epoch: number;
  readonly slot: number;
  /** The device that made the wrap. */
  readonly grantor: DeviceId;
};

/** Everything that the warden's seal of one wrap is bound to. */
export type SealContext = {
  readonly vault: VaultId;
  readonly slot: number;
  readonly record: RecordId;
  readonly version: number;
  readonly part: WrapPart;
  readonly room: RoomId;
  /** `Hw`. */
  readonly wrapContextHash: Uint8Array;
};

/** @throws InputError INPUT_INVALID, ID_INVALID */
export function encodeWrapContext(context: WrapContext): Uint8Array {
  assertBytes(context.headerHash, 'headerHash', 32);
  assertPart(context.part);
  assertCounter(context.epoch, 'epoch');
  assertSlot(context.slot);
  return encodeCbor({
    s: suite,
    h: context.headerHash,
    p: context.part,
    m: parseId('rom', context.room),
    e: context.epoch,
    l: context.slot,
    g: parseId('dev', context.grantor),
  });
}

/** @throws InputError CBOR_INVALID, FORMAT_INVALID, ID_INVALID; IntegrityError SUITE_REFUSED */
export function decodeWrapContext(bytes: Uint8Array): WrapContext {
  const reader = readFormat(bytes, { name: 'wctx', required: ['s', 'h', 'p', 'm', 'e', 'l', 'g'] });
  assertSuite(reader.number('s'));
  const part = reader.text('p') as WrapPart;
  assertPart(part);
  const context: WrapContext = {
    headerHash: reader.bytes('h', 32),
    part,
    room: parseId('rom', reader.text('m')),
    epoch: reader.number('e', counterMax),
    slot: reader.number('l'),
    grantor: parseId('dev', reader.text('g')),
  };
  assertCounter(context.epoch, 'epoch');
  assertSlot(context.slot);
  return context;
}

/** `Hw`. */
export function hashWrapContext(engine: Pick<Engine, 'sha256'>, context: WrapContext): Uint8Array {
  return hashLabelled(engine, 'wctx', encodeWrapContext(context));
}

/** @throws InputError INPUT_INVALID, ID_INVALID */
export function encodeSealContext(context: SealContext): Uint8Array {
  assertBytes(context.wrapContextHash, 'wrapContextHash', 32);
  assertPart(context.part);
  assertCounter(context.version, 'version');
  assertSlot(context.slot);
  return encodeCbor({
    s: suite,
    v: parseId('vlt', context.vault),
    l: context.slot,
    r: parseId('rec', context.record),
    n: context.version,
    p: context.part,
    m: parseId('rom', context.room),
    w: context.wrapContextHash,
  });
}

/** @throws InputError CBOR_INVALID, FORMAT_INVALID, ID_INVALID; IntegrityError SUITE_REFUSED */
export function decodeSealContext(bytes: Uint8Array): SealContext {
  const reader = readFormat(bytes, { name: 'sctx', required: ['s', 'v', 'l', 'r', 'n', 'p', 'm', 'w'] });
  assertSuite(reader.number('s'));
  const part = reader.text('p') as WrapPart;
  assertPart(part);
  const context: SealContext = {
    vault: parseId('vlt', reader.text('v')),
    slot: reader.number('l'),
    record: parseId('rec', reader.text('r')),
    version: reader.number('n', counterMax),
    part,
    room: parseId('rom', reader.text('m')),
    wrapContextHash: reader.bytes('w', 32),
  };
  assertCounter(context.version, 'version');
  assertSlot(context.slot);
  return context;
}

/** `Hs`, of the encoded context. */
export function hashSealContext(engine: Pick<Engine, 'sha256'>, encoded: Uint8Array): Uint8Array {
  return hashLabelled(engine, 'sctx', encoded);
}

/** The `h` of a cache key's wctx: it names device and room instead of a header. */
export function hashCacheHeader(engine: Pick<Engine, 'sha256'>, device: DeviceId, room: RoomId): Uint8Array {
  return hashLabelled(engine, 'cache', encodeCbor([parseId('dev', device), parseId('rom', room)]));
}

/** The record id under which a room's cache key is sealed: the room's id bytes under the `rec` prefix. */
export function cacheRecordId(room: RoomId): RecordId {
  return formatId('rec', decodeId('rom', room));
}

function assertPart(part: WrapPart): void {
  if (part !== 'cache' && !recordParts.includes(part))
    throw new InputError('INPUT_INVALID', { name: 'part' });
}
